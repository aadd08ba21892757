package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Looking;
import java.util.List;

/** Every check, in the order in which people read the findings. */
public final class Checks {

    static final List<PreflightCheck> ALL = List.of(
            new Looking("rights", List.of(), RightsCheck::rights),
            new Looking("gitops", List.of(), GitOpsCheck::gitOps),
            new Looking("canary", List.of(), SharedChecks::canary),
            new Looking("controller", List.of(), SharedChecks::controller),
            new Looking("image", Right.on(Kind.POD, "list"), PodChecks::image),
            new Looking("endpoints", List.of(), SharedChecks::endpoints),
            new Looking("containers", List.of(), PodChecks::containers),
            new Looking("readiness", List.of(), PodChecks::readiness),
            new Looking("min-ready", List.of(), PodChecks::minReady),
            new Looking("termination-grace", List.of(), PodChecks::grace),
            new Looking("replicas", List.of(), CapacityChecks::replicas),
            new Looking("canary-pods", List.of(), CapacityChecks::canaryPods),
            new Looking("resources", List.of(), CapacityChecks::resources),
            new Looking("nodes", List.of(), NodesCheck::nodes),
            new Looking("quota", Right.on(QuotaCheck.QUOTA, "list"), QuotaCheck::quota),
            new Looking("hold", List.of(), CapacityChecks::hold),
            new ScalerCheck.Horizontal(),
            new ScalerCheck.Vertical(),
            new Looking("pdb", Right.on(PodChecks.BUDGET, "list"), PodChecks::disruption),
            new Looking("certificates", Right.on(SharedChecks.CERTIFICATE, "list"), SharedChecks::certificates),
            new Looking("database", List.of(), SharedChecks::connections));

    /** As in the plan. */
    public static final List<String> NAMES =
            ALL.stream().map(PreflightCheck::name).toList();

    private Checks() {}
}
