package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.security.ACL;
import io.jenkins.plugins.canary.engine.metric.Secrets;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;

/** What an administrator sets up once for all plans. */
@Extension
@Symbol("canaryRelease")
public final class CanaryConfiguration extends GlobalConfiguration {

    private static final long QUERY_TIMEOUT_MILLIS = 10_000;
    /** In front of a server's credential id: a reference in a plan never begins with a space, so none can name it. */
    private static final String SERVER_SECRET = " ";

    private List<PrometheusServer> prometheusServers = new ArrayList<>();

    public CanaryConfiguration() {
        load();
    }

    public static CanaryConfiguration get() {
        return ExtensionList.lookupSingleton(CanaryConfiguration.class);
    }

    public List<PrometheusServer> getPrometheusServers() {
        return List.copyOf(prometheusServers);
    }

    @DataBoundSetter
    public void setPrometheusServers(List<PrometheusServer> servers) {
        prometheusServers = servers == null ? new ArrayList<>() : new ArrayList<>(servers);
        save();
    }

    /** The server of a name, with how to sign in to it. */
    public Optional<SourceSettings.Prometheus> prometheus(String name) {
        return prometheusServers.stream()
                .filter(s -> name.equals(s.getName()))
                .findFirst()
                .map(s -> new SourceSettings.Prometheus(s.getUrl(), s.getName(), auth(s.getCredentialsId()),
                        QUERY_TIMEOUT_MILLIS));
    }

    private static SourceSettings.Auth auth(String credentialsId) {
        if (credentialsId == null) {
            return SourceSettings.Auth.NONE;
        }
        Secrets.Ref ref = new Secrets.Ref(Secrets.Ref.Kind.CREDENTIALS, SERVER_SECRET + credentialsId);
        return system(credentialsId) instanceof StandardUsernamePasswordCredentials pair
                ? new SourceSettings.Auth(null, pair.getUsername(), ref, null, null, null, null)
                : new SourceSettings.Auth(ref, null, null, null, null, null, null);
    }

    /** Whether a reference came from {@link #prometheus} and not out of a plan. */
    public static boolean isServerSecret(Secrets.Ref ref) {
        return ref.kind() == Secrets.Ref.Kind.CREDENTIALS && ref.name().startsWith(SERVER_SECRET);
    }

    /** The credential of a configured server, which no job needs to be allowed to use; null when it is gone. */
    public StandardCredentials serverCredentials(Secrets.Ref ref) {
        return system(ref.name().substring(SERVER_SECRET.length()));
    }

    private static StandardCredentials system(String id) {
        return CredentialsMatchers.firstOrNull(
                CredentialsProvider.lookupCredentialsInItemGroup(
                        StandardCredentials.class, Jenkins.get(), ACL.SYSTEM2, List.of()),
                CredentialsMatchers.withId(id));
    }
}
