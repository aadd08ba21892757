package io.jenkins.plugins.canary.config;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import com.cloudbees.hudson.plugins.folder.AbstractFolderPropertyDescriptor;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * Servers, clusters, lists of approvers and plans of a folder, which come before those of the same name further up; and its policy, which adds to
 * those further up.
 */
public final class CanaryFolderProperty extends AbstractFolderProperty<AbstractFolder<?>> implements Configured.Place {

    private List<PrometheusServer> prometheusServers = new ArrayList<>();
    private List<KubernetesCluster> kubernetesClusters = new ArrayList<>();
    private List<ApproverList> approvers = new ArrayList<>();
    private List<NamedPlan> plans = new ArrayList<>();
    private String policy = "";
    private CommitChecks commitChecks = CommitChecks.INHERIT;

    @DataBoundConstructor
    public CanaryFolderProperty() {}

    @Override
    public List<PrometheusServer> getPrometheusServers() {
        return List.copyOf(prometheusServers);
    }

    @DataBoundSetter
    public void setPrometheusServers(List<PrometheusServer> servers) {
        prometheusServers = servers == null ? new ArrayList<>() : new ArrayList<>(servers);
    }

    @Override
    public List<KubernetesCluster> getKubernetesClusters() {
        return List.copyOf(kubernetesClusters);
    }

    @DataBoundSetter
    public void setKubernetesClusters(List<KubernetesCluster> clusters) {
        kubernetesClusters = clusters == null ? new ArrayList<>() : new ArrayList<>(clusters);
    }

    @Override
    public List<ApproverList> getApprovers() {
        // Null where it was stored before there were any.
        return approvers == null ? List.of() : List.copyOf(approvers);
    }

    @DataBoundSetter
    public void setApprovers(List<ApproverList> lists) {
        approvers = lists == null ? new ArrayList<>() : new ArrayList<>(lists);
    }

    @Override
    public List<NamedPlan> getPlans() {
        return plans == null ? List.of() : List.copyOf(plans);
    }

    @DataBoundSetter
    public void setPlans(List<NamedPlan> plans) {
        this.plans = plans == null ? new ArrayList<>() : new ArrayList<>(plans);
    }

    @Override
    public String getPolicy() {
        return Util.fixNull(policy);
    }

    /** One with errors is kept, and lets no rollout begin: nothing runs because an administrator made a mistake. */
    @DataBoundSetter
    public void setPolicy(String policy) {
        this.policy = Util.fixNull(policy);
    }

    @Override
    public CommitChecks getCommitChecks() {
        // Null where it was stored before there was any.
        return commitChecks == null ? CommitChecks.INHERIT : commitChecks;
    }

    @DataBoundSetter
    public void setCommitChecks(CommitChecks commitChecks) {
        this.commitChecks = commitChecks;
    }

    @Extension
    @Symbol("canaryRelease")
    public static final class DescriptorImpl extends AbstractFolderPropertyDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.CanaryFolderProperty_displayName();
        }

        @RequirePOST
        public ListBoxModel doFillCommitChecksItems(@AncestorInPath Item item) {
            Validation.mayConfigure(item);
            ListBoxModel items = CommitChecks.items();
            items.add(0, new ListBoxModel.Option(Messages.CommitChecks_inherit(), CommitChecks.INHERIT.name()));
            return items;
        }

        @RequirePOST
        public FormValidation doCheckPolicy(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return Validation.policy(value);
        }
    }
}
