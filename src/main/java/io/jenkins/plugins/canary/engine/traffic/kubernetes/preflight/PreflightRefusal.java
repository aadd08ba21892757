package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.List;
import java.util.stream.Collectors;

/** A rollout must not begin, for what the preflight has found. The message is one line, the text has the remedies. */
public final class PreflightRefusal extends RouterException {
    private static final long serialVersionUID = 1L;

    private final String text;

    /** @param errors what stands in the way, one or more */
    public PreflightRefusal(List<PreflightFinding> errors) {
        super(errors.stream().map(PreflightFinding::text).collect(Collectors.joining(" ")), null, true);
        this.text = errors.stream().map(PreflightFinding::text).collect(Collectors.joining("\n"));
    }

    /** Everything that stands in the way, each with its remedy as it can be pasted. */
    public String text() {
        return text;
    }
}
