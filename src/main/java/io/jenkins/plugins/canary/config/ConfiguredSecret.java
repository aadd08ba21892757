package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.model.Item;
import hudson.security.ACL;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

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
        return text(taken(plan), id);
    }

    @Override
    public Secrets.Store store(Secrets plan) throws Secrets.SecretMissing {
        return store(taken(plan), id);
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

    /**
     * The token or the password.
     *
     * @param found null when there is none
     * @param id for the message
     * @throws Secrets.SecretMissing when there is none, or it is of another kind
     */
    public static String text(StandardCredentials found, String id) throws Secrets.SecretMissing {
        if (found instanceof StringCredentials text) {
            return text.getSecret().getPlainText();
        }
        if (found instanceof StandardUsernamePasswordCredentials pair) {
            return pair.getPassword().getPlainText();
        }
        throw new Secrets.SecretMissing("the credential " + id
                + (found == null ? " of a configured server is missing" : " holds neither a secret text nor a password")
                + ": use a secret text, or a user name with a password");
    }

    /**
     * The certificate with its key.
     *
     * @param found null when there is none
     * @param id for the message
     * @throws Secrets.SecretMissing when there is none, or it is of another kind, or cannot be opened
     */
    public static Secrets.Store store(StandardCredentials found, String id) throws Secrets.SecretMissing {
        if (!(found instanceof StandardCertificateCredentials certificate)) {
            throw new Secrets.SecretMissing("the credential " + id
                    + (found == null ? " is missing" : " holds no certificate") + ": use a certificate (PKCS#12)");
        }
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            char[] password = certificate.getPassword().getPlainText().toCharArray();
            certificate.getKeyStore().store(out, password);
            return new Secrets.Store(out.toByteArray(), password);
        } catch (IOException | GeneralSecurityException e) {
            throw new Secrets.SecretMissing("the certificate " + id + " cannot be opened: " + e.getMessage());
        }
    }
}
