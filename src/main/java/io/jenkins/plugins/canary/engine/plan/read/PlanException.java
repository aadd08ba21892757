package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A plan that cannot be run. The message lists every problem, one a line, for people. */
public final class PlanException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public PlanException(List<Problem> problems) {
        super(problems.stream()
                .map(Problem::toString)
                .collect(Collectors.joining("\n", "The plan cannot be run:\n", "")));
        this.problems = List.copyOf(problems);
    }

    /** All problems, warnings included, in the order of the file; empty after serialization. */
    public List<Problem> problems() {
        return problems == null ? List.of() : problems;
    }
}
