package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** A Prometheus server that plans may name instead of writing its address: {@code prometheus: { server: NAME }}. */
public final class PrometheusServer extends AbstractDescribableImpl<PrometheusServer> {

    private final String name;
    private final String url;
    private String credentialsId;
    private String tenant;

    @DataBoundConstructor
    public PrometheusServer(String name, String url) {
        this.name = Util.fixEmptyAndTrim(name);
        this.url = Util.fixEmptyAndTrim(url);
    }

    public String getName() {
        return name;
    }

    public String getUrl() {
        return url;
    }

    /**
     * A secret text is sent as a bearer token, a user name with a password as basic authentication, and a certificate is
     * shown to the server; null for none.
     */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** Whose series, in a server that keeps those of several; null for none. */
    public String getTenant() {
        return tenant;
    }

    @DataBoundSetter
    public void setTenant(String tenant) {
        this.tenant = Util.fixEmptyAndTrim(tenant);
    }

    @Extension
    @Symbol("prometheusServer")
    public static final class DescriptorImpl extends Descriptor<PrometheusServer> {

        @Override
        public String getDisplayName() {
            return Messages.PrometheusServer_displayName();
        }

        @RequirePOST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return Validation.credentials(
                    item,
                    credentialsId,
                    StringCredentials.class,
                    StandardUsernamePasswordCredentials.class,
                    StandardCertificateCredentials.class);
        }

        @RequirePOST
        public FormValidation doCheckName(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return Validation.name(value);
        }

        @RequirePOST
        public FormValidation doCheckUrl(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return Validation.url(value);
        }

        /** Asks the server for the value of {@code vector(1)}. */
        @RequirePOST
        public FormValidation doTestConnection(
                @AncestorInPath Item item,
                @QueryParameter String url,
                @QueryParameter String credentialsId,
                @QueryParameter String tenant) {
            Validation.mayConfigure(item);
            FormValidation wrong = Validation.url(url);
            return wrong.kind == FormValidation.Kind.OK
                    ? new PrometheusTrial(
                                    item == null ? "" : item.getFullName(),
                                    url.strip(),
                                    Util.fixEmptyAndTrim(credentialsId),
                                    Util.fixEmptyAndTrim(tenant))
                            .run()
                    : wrong;
        }
    }
}
