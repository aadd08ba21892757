package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.Weight;
import java.time.Duration;

/**
 * Moves requests between the stable version and the canary.
 *
 * <p>Every call may block on the network, within the driver's own time-out, and is made on a worker thread. Of one
 * rollout only {@link #observe} may run beside another call. Every call is idempotent: the engine looks ({@link #observe}) before it asks and after it asked, and asks again until what it sees
 * is what it wants. A driver therefore keeps no state of its own that the router does not hold.
 */
public interface TrafficRouter extends AutoCloseable {

    /** Reads what the router does now, and changes nothing. */
    Observation observe() throws RouterException;

    /**
     * Names the intention that the next calls belong to, other than looks: the same for every attempt at it, also after a
     * crash, and another for every other intention of the rollout. For routers that have to tell a repetition from a new
     * wish; the others need not listen.
     *
     * @param key letters, digits and '-'
     */
    default void intend(String key) {}

    /** Asks for a weight. Returning does not mean that it is in force: only {@link #observe} proves that. */
    void shift(Weight weight) throws RouterException;

    /**
     * Asks for a weight, and for nothing but this beside it. A driver that can give the canary something beside its weight
     * overrides this, tells what is in force ({@link Observation#extra}), takes it back with {@link #rollBack} and by the
     * end of {@link #promote}, and says in its {@code RouterDriver} that it can.
     */
    default void shift(Weight weight, ExtraTraffic extra) throws RouterException {
        extra.requireNone();
        shift(weight);
    }

    /**
     * Takes the next step towards making the canary's version the stable one, and returns; called again until
     * {@link Observation#promoted()}. A driver whose promotion is nothing but weight 100 reports that.
     *
     * @param version the version under trial, as given to the rollout
     */
    void promote(String version) throws RouterException;

    /**
     * Takes the canary out of traffic; called again until {@link Observation#isClear()} and
     * {@link Observation#settled()}. Drivers that must undo more than a weight do it here, traffic first.
     */
    default void rollBack() throws RouterException {
        shift(Weight.ZERO);
    }

    /**
     * Claims the target for this rollout where everybody can see it; asked for before the first shift, and again as long
     * as the rollout is open. Once claimed, every shift is written down there as well.
     *
     * @return when to ask again, at the latest; zero for never
     * @throws RouterException when it cannot be claimed; permanent when another rollout has it, which the message names
     */
    default Duration claim() throws RouterException {
        return Duration.ZERO;
    }

    /**
     * Lets go of the target.
     *
     * @throws RouterException when it is still claimed, for as long as the claim lasts
     */
    default void release(Release how) throws RouterException {}

    @Override
    default void close() {}
}
