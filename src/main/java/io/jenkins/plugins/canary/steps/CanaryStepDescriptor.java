package io.jenkins.plugins.canary.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/** What the canary steps have in common: they run anywhere in a pipeline, with or without an agent. */
abstract class CanaryStepDescriptor extends StepDescriptor {

    private final String function;
    private final String display;
    private final List<String> told;

    /** @param told the arguments that tell one step from another, the most telling first */
    CanaryStepDescriptor(String function, String display, String... told) {
        this.function = function;
        this.display = display;
        this.told = List.of(told);
    }

    @Override
    public String getFunctionName() {
        return function;
    }

    @NonNull
    @Override
    public String getDisplayName() {
        return display;
    }

    @Override
    public Set<? extends Class<?>> getRequiredContext() {
        return Set.of(Run.class, TaskListener.class, FlowNode.class);
    }

    /** What graph views show beside the step: {@code deploy/canary.yaml, 1.4.2}. */
    @Override
    public String argumentsToString(@NonNull Map<String, Object> arguments) {
        String shown = told.stream()
                .map(arguments::get)
                .filter(Objects::nonNull)
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return shown.isEmpty() ? null : shown;
    }
}
