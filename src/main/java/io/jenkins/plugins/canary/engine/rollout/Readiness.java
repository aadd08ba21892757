package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.preflight.Finding;
import io.jenkins.plugins.canary.engine.preflight.Preflight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The preflight of one rollout: refuses its beginning, or has it told what may hurt. Blocks on the cluster. */
final class Readiness {

    private final Optional<Preflight> preflight;
    private final List<String> says = new ArrayList<>();

    Readiness(Optional<Preflight> preflight) {
        this.preflight = preflight;
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
        List<Finding> found = preflight.get().look();
        List<Finding> errors = found.stream().filter(Finding::isError).toList();
        if (!errors.isEmpty()) {
            throw RouterException.permanent(errors.stream().map(Finding::toString).collect(Collectors.joining("\n")));
        }
        found.forEach(finding -> says.add(finding.toString()));
    }

    /** Once the target is the rollout's; also when it goes on, for what did not come to it before. */
    void mend() {
        if (preflight.isEmpty()) {
            return;
        }
        try {
            preflight.get().mend().forEach(finding -> says.add(finding.toString()));
        } catch (RouterException e) {
            says.add("preflight: nothing could be mended: " + e.getMessage());
        }
    }

    /** When the rollout has ended, whoever began it. */
    void restore() throws RouterException {
        if (preflight.isPresent()) {
            preflight.get().restore();
        }
    }

    /** What people should know. */
    List<String> says() {
        return List.copyOf(says);
    }
}
