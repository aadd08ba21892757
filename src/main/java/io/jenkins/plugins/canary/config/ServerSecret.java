package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.model.Item;
import hudson.security.ACL;
import io.jenkins.plugins.canary.engine.metric.Secrets;
import io.jenkins.plugins.canary.engine.metric.SourceSettings.Auth;
import java.util.List;
import jenkins.model.Jenkins;

/**
 * The credential of a configured server or cluster. It is looked up where the server is configured: no job needs to be
 * allowed to use it. As a reference it cannot be written into a plan, since what a plan refers to never begins with a
 * space.
 *
 * @param folder full name of the folder that configures the server; "" for the controller
 * @param id the credential's
 */
public record ServerSecret(String folder, String id) {

    private static final String MARK = " ";
    private static final String BETWEEN = "\n";

    /** The one that a reference means; null when the reference came out of a plan. */
    public static ServerSecret of(Secrets.Ref ref) {
        boolean ours = ref.kind() == Secrets.Ref.Kind.CREDENTIALS && ref.name().startsWith(MARK);
        if (!ours) {
            return null;
        }
        int between = ref.name().indexOf(BETWEEN);
        return new ServerSecret(ref.name().substring(MARK.length(), between), ref.name().substring(between + 1));
    }

    Secrets.Ref ref() {
        return new Secrets.Ref(Secrets.Ref.Kind.CREDENTIALS, MARK + folder + BETWEEN + id);
    }

    /** How to sign in with a credential: by its kind. */
    static Auth auth(String folder, String id) {
        if (id == null) {
            return Auth.NONE;
        }
        ServerSecret secret = new ServerSecret(folder, id);
        StandardCredentials found = secret.find();
        if (found instanceof StandardUsernamePasswordCredentials pair) {
            return new Auth(null, pair.getUsername(), secret.ref(), null, null, null, null);
        }
        if (found instanceof StandardCertificateCredentials) {
            return new Auth(null, null, null, Secrets.STORE + secret.ref().name(), null, null, null);
        }
        return new Auth(secret.ref(), null, null, null, null, null, null);
    }

    /** Null when it is gone. */
    public StandardCredentials find() {
        Item item = folder.isEmpty() ? null : Jenkins.get().getItemByFullName(folder);
        List<StandardCredentials> all = item == null
                ? CredentialsProvider.lookupCredentialsInItemGroup(
                        StandardCredentials.class, Jenkins.get(), ACL.SYSTEM2, List.of())
                : CredentialsProvider.lookupCredentialsInItem(StandardCredentials.class, item, ACL.SYSTEM2, List.of());
        return CredentialsMatchers.firstOrNull(all, CredentialsMatchers.withId(id));
    }
}
