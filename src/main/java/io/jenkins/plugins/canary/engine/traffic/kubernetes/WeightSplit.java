package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.List;

/** The part of a Kubernetes driver that differs: where the weight stands, and how it is changed. Keeps no state. */
public interface WeightSplit {

    /**
     * @param settled whether the weight is in force, as far as the cluster tells
     * @param detail one line for people, or ""
     */
    record View(Weight weight, boolean settled, String detail, List<String> warnings) {
        public View {
            warnings = List.copyOf(warnings);
        }
    }

    View read() throws RouterException;

    /** Idempotent; may take one step of several, and is called again until {@link #read} shows the weight. */
    void set(Weight weight) throws RouterException;

    /** Takes the canary out of traffic as fast as is safe, where that is another way than to set the weight to zero. */
    default void abandon() throws RouterException {
        set(Weight.ZERO);
    }

    /**
     * @throws RouterException when requests sent to that version would find nobody; permanent when they never will
     */
    void requireReady(Track track) throws RouterException;

    /** Whether the stable version must be ready even when it gets nothing. */
    default boolean alwaysNeedsStable() {
        return false;
    }

    /**
     * Undoes what was put in place for the canary to get requests. Called after a promotion, when the canary has had
     * none for a while; not after a roll back, since proxies that have not caught up yet would then fail requests.
     */
    default void cleanUp() throws RouterException {}
}
