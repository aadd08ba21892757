package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import java.util.List;

/** Every check, in the order in which people read the findings. */
public final class Checks {

    static final List<PreflightCheck> ALL = List.of(
            new RightsCheck(),
            new GitOpsCheck(),
            new CanaryPodsCheck(),
            new ReadinessCheck(),
            new MinReadyCheck(),
            new GraceCheck(),
            new AutoscalerCheck(),
            new VerticalCheck(),
            new DisruptionCheck(),
            new CertificateCheck(),
            new ConnectionsCheck());

    /** As in the plan. */
    public static final List<String> NAMES =
            ALL.stream().map(PreflightCheck::name).toList();

    private Checks() {}
}
