package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Baseline;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The part of a Kubernetes driver that differs: where the weight stands, and how it is changed. Keeps no state. */
interface WeightSplit {

    /** The same split, which reads and writes by another way to the same cluster. */
    WeightSplit by(Workloads workloads);

    /** What the route says, before any promotion is looked at. */
    Observation read() throws RouterException;

    /** Idempotent; may take one step of several, and is called again until {@link #read} shows the weight. */
    void set(Weight weight) throws RouterException;

    /** Whether a third part of the requests goes to a baseline, {@link Track#BASELINE}. */
    default boolean hasBaseline() {
        return false;
    }

    /**
     * How a weight is split: a baseline that cannot serve gets nothing.
     *
     * @throws RouterException when the cluster does not tell
     */
    default TrafficSplit wanted(Weight weight) throws RouterException {
        return hasBaseline() && !weight.isZero() && unserved(Track.BASELINE) == null
                ? TrafficSplit.withBaseline(weight)
                : TrafficSplit.of(weight);
    }

    /**
     * With what the baseline was seen to get; not settled while that is another share than it should get.
     *
     * @param splits of every rule or route that carries the weight
     */
    default Observation withBaseline(Observation seen, Collection<TrafficSplit> splits) {
        if (!hasBaseline()) {
            return seen;
        }
        Weight wanted;
        try {
            wanted = wanted(seen.weight()).baseline();
        } catch (RouterException unknown) {
            return seen;
        }
        Weight share = splits.stream()
                .map(TrafficSplit::baseline)
                .filter(one -> !one.equals(wanted))
                .findFirst()
                .orElse(wanted);
        Observation told = seen.withBaseline(new Baseline(share, wanted, null));
        return told.baseline().isFair() ? told : told.unsettled(told.baseline().difference());
    }

    /** The same for a weight and what the canary gets beside it. */
    default void set(Weight weight, ExtraTraffic extra) throws RouterException {
        extra.requireNone();
        set(weight);
    }

    /** Takes the canary out of traffic as fast as is safe, where that is another way than to set the weight to zero. */
    default void abandon() throws RouterException {
        set(Weight.ZERO, ExtraTraffic.NONE);
    }

    /**
     * Why requests sent to that version would find nobody; null when somebody serves them.
     *
     * @return permanent when nobody ever will
     * @throws RouterException when the cluster does not tell
     */
    RouterException unserved(Track track) throws RouterException;

    /**
     * What picks the pods that get each version's requests; without an entry where pods are not picked by labels, or by
     * an object that this driver does not read.
     */
    Map<Track, PodSelector> selectors() throws RouterException;

    /** What other namespaces must grant before the route's requests can reach the Services. May block. */
    default List<MissingGrant> missingGrants() {
        return List.of();
    }

    /** Whether the stable version must be ready even when it gets nothing. */
    default boolean alwaysNeedsStable() {
        return false;
    }

    /** Undoes what was put in place for the canary to get requests, and is still there at a weight of zero. */
    default void cleanUp() throws RouterException {}

    /** Whether proxies that have not caught up yet would fail requests after {@link #cleanUp}. */
    default boolean proxiesNeedWhatIsCleanedUp() {
        return false;
    }
}
