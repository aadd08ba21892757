package io.jenkins.plugins.canary.engine.traffic.settings;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import java.time.Duration;
import java.util.List;

/** A driver's part of a plan, checked and complete; the plan's {@code traffic:} section. */
public interface RouterSettings {

    /** The key in {@code traffic:}. */
    String driver();

    /**
     * What is routed, whatever the manner: two rollouts whose places are equal would set each other's weights.
     * Comparable with {@code equals}.
     *
     * @param target the plan's, which a driver's settings may leave things to
     * @param clusters tells which cluster a plan's name means to whoever runs the plan
     */
    default Object place(Target target, ClusterAccess clusters) {
        return List.of(this, target);
    }

    /**
     * Opens the router. Called on a worker thread; may block, must not change anything.
     *
     * @throws RouterException when the router cannot be used as the plan says
     */
    TrafficRouter open(RouterContext context) throws RouterException;

    /** For how long a promotion waits on purpose, beside {@code progressDeadline}; zero for not at all. */
    default Duration promotionPause() {
        return Duration.ZERO;
    }

    /**
     * Whether it makes a baseline, whose pods stand for the stable version where the canary is compared with that.
     */
    default boolean comparesWithBaseline() {
        return false;
    }

    /**
     * Why this router cannot set a weight, for the linter to report at the phase; null when it can. The router refuses
     * such a weight rather than setting another one.
     */
    default String refusal(Weight weight) {
        return null;
    }

    /**
     * Why this router cannot give the canary that beside its weight although its driver can, for the linter to report at the
     * phase; null when it can.
     */
    default String refusal(ExtraTraffic extra) {
        return null;
    }
}
