package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** A Kubernetes cluster that plans may name ({@code cluster: NAME}), and who may use it for what. */
public final class KubernetesCluster extends NamedServer<KubernetesCluster> {

    private String apiServer;
    private String caCertificate;
    private String namespaces = "";
    private String folders = "";

    @DataBoundConstructor
    public KubernetesCluster(String name) {
        super(name);
    }

    public String getApiServer() {
        return apiServer;
    }

    /** Address of the API server; null when the credential is a kubeconfig file, or Jenkins runs in the cluster. */
    @DataBoundSetter
    public void setApiServer(String apiServer) {
        this.apiServer = Util.fixEmptyAndTrim(apiServer);
    }

    public String getCaCertificate() {
        return caCertificate;
    }

    /** PEM; null for the authorities that Java trusts. */
    @DataBoundSetter
    public void setCaCertificate(String caCertificate) {
        this.caCertificate = Util.fixEmptyAndTrim(caCertificate);
    }

    public String getNamespaces() {
        return namespaces;
    }

    /** Names of the namespaces that rollouts may change something in, separated by blanks; "" for all. */
    @DataBoundSetter
    public void setNamespaces(String namespaces) {
        this.namespaces = Util.fixNull(namespaces).strip();
    }

    public String getFolders() {
        return folders;
    }

    /** Full names of the folders and jobs that may use the cluster, one a line; "" for all. */
    @DataBoundSetter
    public void setFolders(String folders) {
        this.folders = Util.fixNull(folders).strip();
    }

    /** @param job full name */
    public boolean isFor(String job) {
        List<String> all =
                folders.lines().map(String::strip).filter(f -> !f.isEmpty()).toList();
        return all.isEmpty() || all.stream().anyMatch(f -> job.equals(f) || job.startsWith(f + "/"));
    }

    public boolean allowsNamespace(String namespace) {
        return namespaces.isEmpty()
                || Arrays.asList(namespaces.split("[\\s,]+")).contains(namespace);
    }

    @Extension
    @Symbol("kubernetesCluster")
    public static final class DescriptorImpl extends NamedServerDescriptor<KubernetesCluster> {

        @Override
        public String getDisplayName() {
            return Messages.KubernetesCluster_displayName();
        }

        /** A kubeconfig as secret file, a token as secret text, or a client certificate; none for the pod's own account. */
        @RequirePOST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return Validation.credentials(
                    item,
                    credentialsId,
                    FileCredentials.class,
                    StringCredentials.class,
                    StandardCertificateCredentials.class);
        }

        @RequirePOST
        public FormValidation doCheckApiServer(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return Util.fixEmptyAndTrim(value) == null ? FormValidation.ok() : Validation.url(value);
        }

        /** Asks the cluster who signs in, and whether that account may read what every rollout reads. */
        @RequirePOST
        public FormValidation doTestConnection(
                @AncestorInPath Item item,
                @QueryParameter String name,
                @QueryParameter String credentialsId,
                @QueryParameter String apiServer,
                @QueryParameter String caCertificate,
                @QueryParameter String namespaces) {
            Validation.mayConfigure(item);
            KubernetesCluster typed = new KubernetesCluster(name);
            typed.setCredentialsId(credentialsId);
            typed.setApiServer(apiServer);
            typed.setCaCertificate(caCertificate);
            typed.setNamespaces(namespaces);
            return new ClusterTrial(typed, item == null ? "" : item.getFullName()).run();
        }
    }

    /**
     * Two harmless questions, to see whether a cluster answers to what a form says.
     *
     * @param folder whose form it is; "" for the controller's
     */
    record ClusterTrial(KubernetesCluster cluster, String folder) {

        private static final Right READS = new Right("apps", "deployments", "get");

        FormValidation run() {
            try (Cluster connected = Cluster.connect(JenkinsClusters.signedIn(cluster, folder, null))) {
                String namespace = namespace(connected);
                boolean reads = connected.may(READS, namespace);
                String who = connected.user(namespace).orElse(Messages.ClusterTrial_somebody());
                return reads
                        ? FormValidation.ok(Messages.ClusterTrial_answers(who, namespace))
                        : FormValidation.warning(Messages.ClusterTrial_mayNot(who, namespace));
            } catch (RouterException e) {
                return FormValidation.error(Messages.ClusterTrial_failed(e.getMessage()));
            }
        }

        private String namespace(Cluster connected) {
            return Arrays.stream(cluster.namespaces.split("[\\s,]+"))
                    .filter(n -> !n.isEmpty())
                    .findFirst()
                    .orElse(Objects.requireNonNullElse(connected.defaultNamespace(), "default"));
        }
    }
}
