package io.jenkins.plugins.canary.engine.http;

import javax.net.ssl.SSLContext;

/**
 * Which certificates are shown and trusted.
 *
 * @param identity equal for equal certificates, so that requests can share connections; holds no secret
 * @param context null for the system's own
 */
public record TlsIdentity(String identity, SSLContext context) {

    public static final TlsIdentity SYSTEM = new TlsIdentity("system", null);
}
