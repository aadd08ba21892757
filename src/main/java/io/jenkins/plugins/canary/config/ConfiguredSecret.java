package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.model.Item;
import hudson.security.ACL;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.metric.SourceSettings.Auth;
import java.util.List;
import jenkins.model.Jenkins;

/**
 * The credential of a configured server, cluster or webhook. It is looked up where the server is configured: no job needs
 * to be allowed to use it. Only configuration makes one; a plan's references are of another type.
 *
 * @param folder full name of the folder that configures the server; "" for the controller
 * @param id the credential's
 */
public record ConfiguredSecret(String folder, String id) implements Secrets.Ref {

    /** Secrets that record which configured credential is used. */
    public interface Recorder extends Secrets {
        void used(StandardCredentials credential);
    }

    @Override
    public String text(Secrets plan) throws Secrets.SecretMissing {
        return CredentialContent.text(taken(plan), id);
    }

    @Override
    public Secrets.Store store(Secrets plan) throws Secrets.SecretMissing {
        return CredentialContent.store(taken(plan), id);
    }

    @Override
    public String shown() {
        return "credentials:" + id;
    }

    private StandardCredentials taken(Secrets plan) {
        StandardCredentials found = find();
        if (found != null && plan instanceof Recorder recorder) {
            recorder.used(found);
        }
        return found;
    }

    /** How to sign in with a credential: by its kind. */
    static Auth auth(String folder, String id) {
        if (id == null) {
            return Auth.NONE;
        }
        ConfiguredSecret secret = new ConfiguredSecret(folder, id);
        StandardCredentials found = secret.find();
        if (found instanceof StandardUsernamePasswordCredentials pair) {
            return new Auth(null, pair.getUsername(), secret, null, null, null, null);
        }
        if (found instanceof StandardCertificateCredentials) {
            return new Auth(null, null, null, secret, null, null, null);
        }
        return new Auth(secret, null, null, null, null, null, null);
    }

    /** Null when it is gone, or its folder is. */
    public StandardCredentials find() {
        List<StandardCredentials> all;
        if (folder.isEmpty()) {
            all = CredentialsProvider.lookupCredentialsInItemGroup(
                    StandardCredentials.class, Jenkins.get(), ACL.SYSTEM2, List.of());
        } else {
            Item item = Jenkins.get().getItemByFullName(folder);
            all = item == null
                    ? List.of()
                    : CredentialsProvider.lookupCredentialsInItem(
                            StandardCredentials.class, item, ACL.SYSTEM2, List.of());
        }
        return CredentialsMatchers.firstOrNull(all, CredentialsMatchers.withId(id));
    }
}
