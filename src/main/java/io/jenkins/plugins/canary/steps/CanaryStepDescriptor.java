package io.jenkins.plugins.canary.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.config.GateFailure;
import io.jenkins.plugins.canary.rollouts.StartRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jvnet.localizer.Localizable;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** What the canary steps have in common: they run anywhere in a pipeline, with or without an agent. */
abstract class CanaryStepDescriptor extends StepDescriptor {

    private final String function;
    private final Localizable display;
    private final List<String> told;

    /** @param told the arguments that tell one step from another, the most telling first */
    CanaryStepDescriptor(String function, Localizable display, String... told) {
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
        return display.toString();
    }

    @Override
    public Set<? extends Class<?>> getRequiredContext() {
        return Set.of(Run.class, TaskListener.class, FlowNode.class);
    }

    /** A name that no rollout can have, told while the form is filled in. */
    @RequirePOST
    public FormValidation doCheckRollout(@AncestorInPath Item item, @QueryParameter String value) {
        checkPermission(item);
        String name = Util.fixEmptyAndTrim(value);
        return name == null
                ? FormValidation.ok()
                : StartRequest.problemOf(name).map(FormValidation::error).orElseGet(FormValidation::ok);
    }

    @RequirePOST
    public ListBoxModel doFillOnFailItems(@AncestorInPath Item item) {
        checkPermission(item);
        return new ListBoxModel(
                new ListBoxModel.Option(Messages.CanaryStepDescriptor_configured(), ""),
                new ListBoxModel.Option(Messages.CanaryStepDescriptor_failure(), GateFailure.FAILURE.name()),
                new ListBoxModel.Option(Messages.CanaryStepDescriptor_unstable(), GateFailure.UNSTABLE.name()));
    }

    /** Who fills a form in may see the job; without a job, Jenkins. */
    static void checkPermission(Item item) {
        if (item == null) {
            Jenkins.get().checkPermission(Jenkins.READ);
        } else {
            item.checkPermission(Item.EXTENDED_READ);
        }
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
