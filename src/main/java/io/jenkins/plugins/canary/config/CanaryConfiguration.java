package io.jenkins.plugins.canary.config;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jenkins.model.GlobalConfiguration;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** What an administrator sets up once for all plans. */
@Extension
@Symbol("canaryRelease")
public final class CanaryConfiguration extends GlobalConfiguration implements Configured.Place {

    private List<PrometheusServer> prometheusServers = new ArrayList<>();
    private List<KubernetesCluster> kubernetesClusters = new ArrayList<>();
    private List<ApproverList> approvers = new ArrayList<>();
    private List<NotifyTarget> notify = new ArrayList<>();
    private PlanAddresses planAddresses = PlanAddresses.ANY;
    private String allowedAddresses = "";
    private GateFailure gateFailure = GateFailure.FAILURE;
    private boolean gateTestResults = true;
    private List<NamedPlan> plans = new ArrayList<>();
    private String policy = "";
    private CommitChecks commitChecks = CommitChecks.PUBLISH;

    public CanaryConfiguration() {
        load();
    }

    public static CanaryConfiguration get() {
        return ExtensionList.lookupSingleton(CanaryConfiguration.class);
    }

    @Override
    public List<PrometheusServer> getPrometheusServers() {
        return List.copyOf(prometheusServers);
    }

    @DataBoundSetter
    public void setPrometheusServers(List<PrometheusServer> servers) {
        prometheusServers = servers == null ? new ArrayList<>() : new ArrayList<>(servers);
        save();
    }

    @Override
    public List<KubernetesCluster> getKubernetesClusters() {
        return List.copyOf(kubernetesClusters);
    }

    @DataBoundSetter
    public void setKubernetesClusters(List<KubernetesCluster> clusters) {
        kubernetesClusters = clusters == null ? new ArrayList<>() : new ArrayList<>(clusters);
        save();
    }

    @Override
    public List<ApproverList> getApprovers() {
        // Null where it was stored before there were any.
        return approvers == null ? List.of() : List.copyOf(approvers);
    }

    @DataBoundSetter
    public void setApprovers(List<ApproverList> lists) {
        approvers = lists == null ? new ArrayList<>() : new ArrayList<>(lists);
        save();
    }

    @Override
    public List<NamedPlan> getPlans() {
        return plans == null ? List.of() : List.copyOf(plans);
    }

    @DataBoundSetter
    public void setPlans(List<NamedPlan> plans) {
        this.plans = plans == null ? new ArrayList<>() : new ArrayList<>(plans);
        save();
    }

    @Override
    public String getPolicy() {
        return Util.fixNull(policy);
    }

    /** One with errors is kept, and lets no rollout begin: nothing runs because an administrator made a mistake. */
    @DataBoundSetter
    public void setPolicy(String policy) {
        this.policy = Util.fixNull(policy);
        save();
    }

    public List<NotifyTarget> getNotify() {
        return notify == null ? List.of() : List.copyOf(notify);
    }

    /** Who is told of every rollout of the controller. */
    @DataBoundSetter
    public void setNotify(List<NotifyTarget> targets) {
        notify = targets == null ? new ArrayList<>() : new ArrayList<>(targets);
        save();
    }

    /** Those that are complete. */
    public List<Receiver> receivers() {
        return getNotify().stream().flatMap(t -> t.receiver().stream()).toList();
    }

    public PlanAddresses getPlanAddresses() {
        return planAddresses;
    }

    /** Which addresses plans may name that the controller then connects to. */
    @DataBoundSetter
    public void setPlanAddresses(PlanAddresses planAddresses) {
        this.planAddresses = planAddresses == null ? PlanAddresses.ANY : planAddresses;
        save();
    }

    public String getAllowedAddresses() {
        return allowedAddresses;
    }

    /** Hosts, hosts with ports, {@code *.domains} and paths of sockets, one a line. */
    @DataBoundSetter
    public void setAllowedAddresses(String allowedAddresses) {
        this.allowedAddresses = Util.fixNull(allowedAddresses).strip();
        save();
    }

    public AllowedAddresses allowed() {
        return new AllowedAddresses(Arrays.stream(allowedAddresses.split("[\\s,]+"))
                .filter(a -> !a.isEmpty())
                .toList());
    }

    public GateFailure getGateFailure() {
        return gateFailure;
    }

    /** What becomes of builds whose gate failed, where {@code canaryGate} does not say. */
    @DataBoundSetter
    public void setGateFailure(GateFailure gateFailure) {
        this.gateFailure = gateFailure == null ? GateFailure.FAILURE : gateFailure;
        save();
    }

    public boolean isGateTestResults() {
        return gateTestResults;
    }

    /** Whether each gate is added to its build's test results when it ends; {@code canaryReport} adds them in any case. */
    @DataBoundSetter
    public void setGateTestResults(boolean gateTestResults) {
        this.gateTestResults = gateTestResults;
        save();
    }

    @Override
    public CommitChecks getCommitChecks() {
        return commitChecks == null ? CommitChecks.PUBLISH : commitChecks;
    }

    @DataBoundSetter
    public void setCommitChecks(CommitChecks commitChecks) {
        this.commitChecks = commitChecks;
        save();
    }

    @RequirePOST
    public ListBoxModel doFillCommitChecksItems() {
        Validation.administer();
        return CommitChecks.items();
    }

    @RequirePOST
    public FormValidation doCheckPolicy(@QueryParameter String value) {
        Validation.administer();
        return Validation.policy(value);
    }

    @RequirePOST
    public ListBoxModel doFillPlanAddressesItems() {
        Validation.administer();
        return new ListBoxModel(
                new ListBoxModel.Option(Messages.CanaryConfiguration_any(), PlanAddresses.ANY.name()),
                new ListBoxModel.Option(Messages.CanaryConfiguration_listed(), PlanAddresses.LISTED.name()));
    }

    @RequirePOST
    public ListBoxModel doFillGateFailureItems() {
        Validation.administer();
        return new ListBoxModel(
                new ListBoxModel.Option(Messages.CanaryConfiguration_failure(), GateFailure.FAILURE.name()),
                new ListBoxModel.Option(Messages.CanaryConfiguration_unstable(), GateFailure.UNSTABLE.name()));
    }
}
