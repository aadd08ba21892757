package io.jenkins.plugins.canary.engine.http.auth;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.TlsIdentity;
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

/** Reads which certificates are shown and trusted. */
public final class Tls {

    private Tls() {}

    /** @throws SecretMissing when a store cannot be read */
    public static TlsIdentity open(Auth auth, Secrets secrets) throws SecretMissing {
        if (auth.keyStore() == null && auth.trustStore() == null) {
            return TlsIdentity.SYSTEM;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            KeyManager[] keys = null;
            TrustManager[] trusted = null;
            if (auth.keyStore() != null) {
                Secrets.Store file = read("keyStore", auth.keyStore(), auth.keyStorePassword(), secrets);
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(load("keyStore", auth.keyStore(), file, digest), file.password());
                keys = factory.getKeyManagers();
            }
            digest.update((byte) '|');
            if (auth.trustStore() != null) {
                Secrets.Store file = read("trustStore", auth.trustStore(), auth.trustStorePassword(), secrets);
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(load("trustStore", auth.trustStore(), file, digest));
                trusted = factory.getTrustManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trusted, null);
            return new TlsIdentity(HexFormat.of().formatHex(digest.digest()), context);
        } catch (GeneralSecurityException e) {
            throw new SecretMissing("the certificates under 'auth' cannot be used: " + e.getMessage(), e);
        }
    }

    private static Secrets.Store read(String key, Secrets.Ref ref, Secrets.Ref password, Secrets secrets)
            throws SecretMissing {
        try {
            return ref instanceof PlanRef file && file.kind() == PlanRef.Kind.FILE
                    ? file(key, file.name(), password, secrets)
                    : ref.store(secrets);
        } catch (SecretMissing e) {
            throw new SecretMissing("auth." + key + ": " + e.getMessage(), e);
        }
    }

    private static Secrets.Store file(String key, String path, Secrets.Ref password, Secrets secrets)
            throws SecretMissing {
        secrets.allowFile(path);
        try {
            return new Secrets.Store(
                    Files.readAllBytes(Path.of(path)),
                    password == null ? new char[0] : password.text(secrets).toCharArray());
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new SecretMissing("there is no file '" + path + "'", e);
        } catch (IOException e) {
            throw unreadable(key, path, e);
        }
    }

    private static KeyStore load(String key, Secrets.Ref ref, Secrets.Store file, MessageDigest digest)
            throws SecretMissing, GeneralSecurityException {
        digest.update(file.pkcs12());
        digest.update(new String(file.password()).getBytes(StandardCharsets.UTF_8));
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(new ByteArrayInputStream(file.pkcs12()), file.password());
        } catch (IOException e) {
            String place = ref instanceof PlanRef plan ? plan.name() : ref.shown();
            throw new SecretMissing(
                    "auth." + key + ": " + unreadable(key, place, e).getMessage(), e);
        }
        return store;
    }

    private static SecretMissing unreadable(String key, String place, IOException e) {
        return new SecretMissing(
                "'" + place + "' cannot be opened as a PKCS#12 file; is " + key + "Password right, and the format?", e);
    }
}
