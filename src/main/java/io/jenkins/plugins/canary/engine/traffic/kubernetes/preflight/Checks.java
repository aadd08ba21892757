package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.List;

/** Every check, in the order in which people read the findings. */
public final class Checks {

    static final List<PreflightCheck> ALL = List.of(
            PreflightCheck.of("rights", List.of(), OwnershipChecks::rights),
            PreflightCheck.of("gitops", List.of(), OwnershipChecks::gitOps),
            PreflightCheck.of("image", Right.on(Kind.POD, "list"), PodChecks::image),
            PreflightCheck.of("readiness", List.of(), PodChecks::readiness),
            PreflightCheck.of("min-ready", List.of(), PodChecks::minReady),
            PreflightCheck.of("termination-grace", List.of(), PodChecks::grace),
            new ScalerCheck.Horizontal(),
            new ScalerCheck.Vertical(),
            PreflightCheck.of("pdb", Right.on(PodChecks.BUDGET, "list"), PodChecks::disruption),
            PreflightCheck.of("certificates", Right.on(SharedChecks.CERTIFICATE, "list"), SharedChecks::certificates),
            PreflightCheck.of("database", List.of(), SharedChecks::connections));

    /** As in the plan. */
    public static final List<String> NAMES =
            ALL.stream().map(PreflightCheck::name).toList();

    private Checks() {}
}
