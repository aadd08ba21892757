package io.jenkins.plugins.canary.config;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import com.cloudbees.hudson.plugins.folder.AbstractFolderPropertyDescriptor;
import hudson.Extension;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Servers, clusters and lists of approvers of a folder: they come before those of the same name further up. */
public final class CanaryFolderProperty extends AbstractFolderProperty<AbstractFolder<?>> implements Configured.Place {

    private List<PrometheusServer> prometheusServers = new ArrayList<>();
    private List<KubernetesCluster> kubernetesClusters = new ArrayList<>();
    private List<ApproverList> approvers = new ArrayList<>();

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

    @Extension
    @Symbol("canaryRelease")
    public static final class DescriptorImpl extends AbstractFolderPropertyDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.CanaryFolderProperty_displayName();
        }
    }
}
