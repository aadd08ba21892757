package io.jenkins.plugins.canary.config;

import hudson.util.FormValidation;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.HttpAddress;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.SourceSettings.Auth;
import io.jenkins.plugins.canary.engine.metric.http.Credentials;
import io.jenkins.plugins.canary.engine.metric.http.Tls;
import io.jenkins.plugins.canary.engine.metric.prometheus.PrometheusClient;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
            PrometheusClient client = new PrometheusClient(
                    HTTP.get(
                            Tls.open(auth, secrets),
                            folder.isEmpty() ? AddressPolicy.UNRESTRICTED : PlanConnections.POLICY),
                    HttpAddress.of(url),
                    Credentials.open(auth, secrets),
                    PrometheusClient.tenant(tenant),
                    TIMEOUT);
            client.instant("vector(1)", LiveRuntimeServices.CLOCK.instant())
                    .get(TIMEOUT.toSeconds() + 2, TimeUnit.SECONDS);
            return FormValidation.ok(Messages.PrometheusTrial_answers());
        } catch (MetricException | IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        } catch (ExecutionException e) {
            return FormValidation.error(
                    Messages.PrometheusTrial_failed(e.getCause().getMessage()));
        } catch (TimeoutException e) {
            return FormValidation.error(Messages.PrometheusTrial_failed(TIMEOUT.toSeconds() + " s"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FormValidation.error(Messages.PrometheusTrial_failed("interrupted"));
        }
    }
}
