package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.rollouts.PlanValidation;
import java.util.stream.Collectors;
import org.jvnet.localizer.Localizable;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** The forms of steps with a plan of their own: it is checked where it is written. */
abstract class PlanStepDescriptor extends CanaryStepDescriptor {

    private final boolean planNeeded;

    /** @param planNeeded whether the step cannot do without a plan of its own */
    PlanStepDescriptor(boolean planNeeded, String function, Localizable display, String... told) {
        super(function, display, told);
        this.planNeeded = planNeeded;
    }

    /** Whether there is one plan; the file itself is read when the step runs. */
    @RequirePOST
    public FormValidation doCheckPlan(
            @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String yaml) {
        checkPermission(item);
        String file = Util.fixEmptyAndTrim(value);
        boolean written = Util.fixEmptyAndTrim(yaml) != null;
        if (file == null) {
            // Nothing may have been typed yet: that is no error.
            return planNeeded && !written
                    ? FormValidation.warning(Messages.PlanStepDescriptor_none())
                    : FormValidation.ok();
        }
        if (written) {
            return FormValidation.error(Messages.PlanStepDescriptor_both());
        }
        try {
            new PlanPlace(file, null).checked();
            return FormValidation.ok();
        } catch (AbortException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    /** What is wrong with a plan, a problem a line, each with its place: {@code 12:5 error phases[2].hold: ...}. */
    @RequirePOST
    public FormValidation doCheckYaml(@AncestorInPath Item item, @QueryParameter String value) {
        checkPermission(item);
        if (Util.fixEmptyAndTrim(value) == null) {
            return FormValidation.ok();
        }
        PlanValidation found =
                item == null ? PlanValidation.of(value) : PlanValidation.ofJob(value, item.getFullName());
        String all = found.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"));
        return found.hasErrors()
                ? FormValidation.error(all)
                : all.isEmpty() ? FormValidation.ok(Messages.PlanStepDescriptor_good()) : FormValidation.warning(all);
    }
}
