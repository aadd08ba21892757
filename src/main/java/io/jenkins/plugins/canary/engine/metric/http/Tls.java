package io.jenkins.plugins.canary.engine.metric.http;

import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.Secrets;
import io.jenkins.plugins.canary.engine.metric.SourceSettings.Auth;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Which certificates are shown and trusted.
 *
 * @param identity equal for equal stores, so that sources can share connections; holds no secret
 * @param context null for the system's own
 */
record Tls(String identity, SSLContext context) {

    private static final Tls SYSTEM = new Tls("system", null);

    /** @throws MetricException when a store cannot be read */
    static Tls open(Auth auth, Secrets secrets) throws MetricException {
        if (auth.keyStore() == null && auth.trustStore() == null) {
            return SYSTEM;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            KeyManager[] keys = null;
            TrustManager[] trusted = null;
            if (auth.keyStore() != null) {
                char[] password = password(auth.keyStorePassword(), secrets);
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(load("keyStore", auth.keyStore(), password, digest), password);
                keys = factory.getKeyManagers();
            }
            digest.update((byte) '|');
            if (auth.trustStore() != null) {
                char[] password = password(auth.trustStorePassword(), secrets);
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(load("trustStore", auth.trustStore(), password, digest));
                trusted = factory.getTrustManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trusted, null);
            return new Tls(HexFormat.of().formatHex(digest.digest()), context);
        } catch (GeneralSecurityException e) {
            throw new MetricException("the certificates under 'auth' cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore load(String key, String file, char[] password, MessageDigest digest)
            throws MetricException, GeneralSecurityException {
        try {
            byte[] content = Files.readAllBytes(Path.of(file));
            digest.update(content);
            digest.update(new String(password).getBytes(StandardCharsets.UTF_8));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password);
            return store;
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new MetricException("auth." + key + ": there is no file '" + file + "'", e);
        } catch (IOException e) {
            throw new MetricException("auth." + key + ": '" + file + "' cannot be opened as a PKCS#12 file; is "
                    + key + "Password right, and the format?", e);
        }
    }

    private static char[] password(Secrets.Ref ref, Secrets secrets) throws MetricException {
        return ref == null ? new char[0] : Credentials.resolve(secrets, ref).toCharArray();
    }
}
