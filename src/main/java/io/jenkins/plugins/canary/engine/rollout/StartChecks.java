package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.config.Configuration;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.Snapshot;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Preflight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightFinding;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightRefusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/** What is looked at and noted before a rollout begins: refuses the beginning, or is told once it has. Blocks. */
public final class StartChecks {

    private final Optional<Preflight> preflight;
    private final Optional<Configuration> configuration;
    private final Set<String> says = new LinkedHashSet<>();
    private Optional<Snapshot> snapshot = Optional.empty();

    StartChecks(Optional<Preflight> preflight, Optional<Configuration> configuration) {
        this.preflight = preflight;
        this.configuration = configuration;
    }

    /**
     * Before a rollout begins.
     *
     * @throws RouterException when it must not, with everything that stands in its way
     */
    void look() throws RouterException {
        if (preflight.isEmpty()) {
            return;
        }
        List<PreflightFinding> found = preflight.get().look();
        List<PreflightFinding> errors =
                found.stream().filter(PreflightFinding::isError).toList();
        if (!errors.isEmpty()) {
            throw new PreflightRefusal(errors);
        }
        found.stream()
                .filter(finding -> finding.severity() != PreflightFinding.Severity.NOTE)
                .forEach(finding -> says.add(finding.text()));
    }

    /** Once the target is the rollout's; also when it goes on, for what did not come to it before. */
    void applyFixes() {
        if (preflight.isEmpty()) {
            return;
        }
        try {
            preflight.get().applyFixes().forEach(finding -> says.add(finding.text()));
        } catch (RouterException e) {
            says.add("preflight: no fix could be applied: " + e.getMessage());
        }
    }

    /** When the rollout has ended, whoever began it. */
    void restore() throws RouterException {
        if (preflight.isPresent()) {
            preflight.get().restore();
        }
    }

    /** What both versions are made of, once the target is the rollout's. */
    void capture() {
        if (configuration.isEmpty()) {
            return;
        }
        try {
            snapshot = configuration.get().capture();
        } catch (RouterException e) {
            says.add(
                    "The configuration at the start could not be noted, so a roll back will not tell what has changed of it: "
                            + e.getMessage());
        }
    }

    /** What was found, to be written down once the rollout has begun. */
    List<LongFunction<RolloutEvent>> told() {
        List<LongFunction<RolloutEvent>> told = new ArrayList<>();
        snapshot.ifPresent(s -> told.add(at -> new RolloutEvent.Captured(at, s.forJournal())));
        says.forEach(warning -> told.add(at -> new RolloutEvent.Warned(at, warning)));
        return told;
    }
}
