package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import io.jenkins.plugins.canary.engine.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/** What a Jenkins credential holds, in the form that the engine uses. */
public final class CredentialContent {

    private CredentialContent() {}

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
