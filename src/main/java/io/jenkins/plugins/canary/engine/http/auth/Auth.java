package io.jenkins.plugins.canary.engine.http.auth;

import io.jenkins.plugins.canary.engine.Secrets;

/**
 * How to sign in; all null for not at all.
 *
 * @param username with {@code password}: basic authentication
 * @param keyStore a PKCS#12 file or a credential with the client's key and certificate, for mutual TLS
 * @param trustStore a PKCS#12 file or a credential with the authorities to trust instead of the system's
 * @param cloud null for what is not a cloud's own service
 */
public record Auth(
        Secrets.Ref bearer,
        String username,
        Secrets.Ref password,
        Secrets.Ref keyStore,
        Secrets.Ref keyStorePassword,
        Secrets.Ref trustStore,
        Secrets.Ref trustStorePassword,
        CloudAuth cloud) {

    public static final Auth NONE = new Auth(null, null, null, null, null, null, null);

    /** For what is not a cloud's own service. */
    public Auth(
            Secrets.Ref bearer,
            String username,
            Secrets.Ref password,
            Secrets.Ref keyStore,
            Secrets.Ref keyStorePassword,
            Secrets.Ref trustStore,
            Secrets.Ref trustStorePassword) {
        this(bearer, username, password, keyStore, keyStorePassword, trustStore, trustStorePassword, null);
    }
}
