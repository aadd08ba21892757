package io.jenkins.plugins.canary.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.report.backtest.TimeArgument;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * {@code canaryBacktest plan: 'deploy/canary.yaml', from: '30d'}: how often a plan's gates would have stopped good releases
 * of a time that was recorded, and whether the job's earlier rollouts would end the same. Touches no traffic.
 */
public final class CanaryBacktestStep extends CanaryStep {
    private static final long serialVersionUID = 1L;

    static final String STEP = "1m";
    static final String FALSE_ALARMS = "1%";

    private String plan;
    private String yaml;
    private String version;
    private String from;
    private String to;
    private String step = STEP;
    private String falseAlarms = FALSE_ALARMS;
    private boolean stable;
    private int rollouts;

    @DataBoundConstructor
    public CanaryBacktestStep() {}

    public String getPlan() {
        return plan;
    }

    @DataBoundSetter
    public void setPlan(String plan) {
        this.plan = Util.fixEmptyAndTrim(plan);
    }

    public String getYaml() {
        return yaml;
    }

    @DataBoundSetter
    public void setYaml(String yaml) {
        this.yaml = Util.fixEmptyAndTrim(yaml) == null ? null : yaml;
    }

    public String getVersion() {
        return version;
    }

    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmptyAndTrim(version);
    }

    public String getFrom() {
        return from;
    }

    /** As {@link TimeArgument#parse} reads it; without it only earlier rollouts are looked at. */
    @DataBoundSetter
    public void setFrom(String from) {
        this.from = Util.fixEmptyAndTrim(from);
    }

    public String getTo() {
        return to;
    }

    @DataBoundSetter
    public void setTo(String to) {
        this.to = Util.fixEmptyAndTrim(to);
    }

    public String getStep() {
        return step;
    }

    @DataBoundSetter
    public void setStep(String step) {
        this.step = Util.fixEmptyAndTrim(step) == null ? STEP : step.trim();
    }

    public String getFalseAlarms() {
        return falseAlarms;
    }

    @DataBoundSetter
    public void setFalseAlarms(String falseAlarms) {
        this.falseAlarms = Util.fixEmptyAndTrim(falseAlarms) == null ? FALSE_ALARMS : falseAlarms.trim();
    }

    public boolean isStable() {
        return stable;
    }

    @DataBoundSetter
    public void setStable(boolean stable) {
        this.stable = stable;
    }

    public int getRollouts() {
        return rollouts;
    }

    @DataBoundSetter
    public void setRollouts(int rollouts) {
        this.rollouts = Math.max(0, rollouts);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new BacktestExecution(context, this);
    }

    @Extension
    public static final class DescriptorImpl extends PlanStepDescriptor {
        public DescriptorImpl() {
            super(true, "canaryBacktest", Messages._CanaryBacktestStep_displayName(), "plan", "from", "to");
        }

        @RequirePOST
        public FormValidation doCheckFrom(@AncestorInPath Item item, @QueryParameter String value) {
            return moment(item, value);
        }

        @RequirePOST
        public FormValidation doCheckTo(@AncestorInPath Item item, @QueryParameter String value) {
            return moment(item, value);
        }

        @RequirePOST
        public FormValidation doCheckStep(@AncestorInPath Item item, @QueryParameter String value) {
            checkPermission(item);
            return Util.fixEmptyAndTrim(value) == null || Units.duration(value.trim()) != null
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.CanaryBacktestStep_noDuration(value));
        }

        private static FormValidation moment(Item item, @NonNull String value) {
            checkPermission(item);
            try {
                if (Util.fixEmptyAndTrim(value) != null) {
                    TimeArgument.parse(value.trim(), LiveRuntimeServices.CLOCK.instant());
                }
                return FormValidation.ok();
            } catch (IllegalArgumentException e) {
                return FormValidation.error(Messages.CanaryBacktestStep_notATime(value));
            }
        }
    }
}
