package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.http.auth.Tls;
import io.jenkins.plugins.canary.engine.metric.prometheus.PrometheusClient;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** A Prometheus server that plans may name instead of writing its address: {@code prometheus: { server: NAME }}. */
public final class PrometheusServer extends NamedServer<PrometheusServer> {

    private final String url;
    private String tenant;

    @DataBoundConstructor
    public PrometheusServer(String name, String url) {
        super(name);
        this.url = Util.fixEmptyAndTrim(url);
    }

    public String getUrl() {
        return url;
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
    public static final class DescriptorImpl extends NamedServerDescriptor<PrometheusServer> {

        @Override
        public String getDisplayName() {
            return Messages.PrometheusServer_displayName();
        }

        /**
         * A secret text is sent as a bearer token, a user name with a password as basic authentication, and a certificate is
         * shown to the server.
         */
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
            FormValidation checked = Validation.url(url);
            if (checked.kind != FormValidation.Kind.OK) {
                return checked;
            }
            String folder = item == null ? "" : item.getFullName();
            return new PrometheusTrial(
                            folder, url.strip(), Util.fixEmptyAndTrim(credentialsId), Util.fixEmptyAndTrim(tenant))
                    .run();
        }
    }

    /**
     * One harmless query, to see whether a server answers to what a form says.
     *
     * @param folder where the credential is looked up; "" for the controller
     * @param credentialsId null for none
     * @param tenant null for none
     */
    record PrometheusTrial(String folder, String url, String credentialsId, String tenant) {

        private static final HttpClientPool HTTP = new HttpClientPool();
        private static final Duration TIMEOUT = Duration.ofSeconds(8);

        FormValidation run() {
            try {
                Auth auth = ConfiguredSecret.auth(folder, credentialsId);
                Secrets secrets = ref -> {
                    throw new Secrets.SecretMissing("there is no plan here that could refer to " + ref.shown());
                };
                AddressPolicy policy = folder.isEmpty() ? AddressPolicy.UNRESTRICTED : PlanConnections.POLICY;
                PrometheusClient client = new PrometheusClient(
                        HTTP.get(Tls.open(auth, secrets), policy),
                        HttpCall.address(url),
                        Credentials.open(auth, secrets),
                        PrometheusClient.tenant(tenant),
                        TIMEOUT);
                client.instant("vector(1)", LiveRuntimeServices.CLOCK.instant())
                        .get(TIMEOUT.toSeconds() + 2, TimeUnit.SECONDS);
                return FormValidation.ok(Messages.PrometheusTrial_answers());
            } catch (Secrets.SecretMissing | IllegalArgumentException e) {
                return FormValidation.error(e.getMessage());
            } catch (ExecutionException e) {
                return failed(e.getCause().getMessage());
            } catch (TimeoutException e) {
                return failed(TIMEOUT.toSeconds() + " s");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return failed("interrupted");
            }
        }

        private static FormValidation failed(String why) {
            return FormValidation.error(Messages.PrometheusTrial_failed(why));
        }
    }
}
