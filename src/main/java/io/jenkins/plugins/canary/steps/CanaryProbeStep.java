package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.engine.Track;
import java.util.Arrays;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** {@code canaryProbe probe: 'recommendations'}: sends a plan's probes, and fails when one does not pass. */
public final class CanaryProbeStep extends Step {

    private String plan;
    private String yaml;
    private String probe;
    private String track;
    private String version;
    private String rollout;

    @DataBoundConstructor
    public CanaryProbeStep() {}

    public String getPlan() {
        return plan;
    }

    /** Path in the workspace or the job's SCM; the plan of the build's rollout unless given. */
    @DataBoundSetter
    public void setPlan(String plan) {
        this.plan = Util.fixEmptyAndTrim(plan);
    }

    public String getYaml() {
        return yaml;
    }

    /** The plan itself, instead of {@code plan}. */
    @DataBoundSetter
    public void setYaml(String yaml) {
        this.yaml = Util.fixEmptyAndTrim(yaml) == null ? null : yaml;
    }

    public String getProbe() {
        return probe;
    }

    /** Which of the plan's probes; all of them unless given. */
    @DataBoundSetter
    public void setProbe(String probe) {
        this.probe = Util.fixEmptyAndTrim(probe);
    }

    public String getTrack() {
        return track;
    }

    /**
     * {@code canary}, or {@code stable} for a comparison; the canary unless given.
     *
     * @throws IllegalArgumentException when it is neither
     */
    @DataBoundSetter
    public void setTrack(String track) {
        String given = Util.fixEmptyAndTrim(track);
        if (given != null
                && Arrays.stream(Track.values()).noneMatch(t -> t.word().equals(given))) {
            throw new IllegalArgumentException("track is canary or stable, not " + given);
        }
        this.track = given;
    }

    public String getVersion() {
        return version;
    }

    /** For {@code {{version}}} in addresses, where the plan is not that of a rollout. */
    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmptyAndTrim(version);
    }

    public String getRollout() {
        return rollout;
    }

    /** Which rollout, when the build has several. */
    @DataBoundSetter
    public void setRollout(String rollout) {
        this.rollout = Util.fixEmptyAndTrim(rollout);
    }

    @Override
    public StepExecution start(StepContext context) {
        Track asked = Track.STABLE.word().equals(track) ? Track.STABLE : Track.CANARY;
        return new ProbeExecution(
                context,
                plan == null && yaml == null ? null : new PlanPlace(plan, yaml),
                probe,
                asked,
                version,
                rollout);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryProbe", Messages._CanaryProbeStep_displayName(), "probe", "plan", "track", "rollout");
        }

        @RequirePOST
        public ListBoxModel doFillTrackItems(@AncestorInPath Item item) {
            if (item == null) {
                Jenkins.get().checkPermission(Jenkins.READ);
            } else {
                item.checkPermission(Item.EXTENDED_READ);
            }
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.CanaryProbeStep_canary(), ""),
                    new ListBoxModel.Option(Messages.CanaryProbeStep_stable(), Track.STABLE.word()));
        }
    }
}
