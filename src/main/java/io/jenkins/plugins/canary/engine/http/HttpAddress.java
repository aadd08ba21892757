package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.PlainText;
import java.net.URI;

/** An absolute address that can be asked over HTTP. */
public final class HttpAddress {

    private HttpAddress() {}

    /** @throws IllegalArgumentException for people, when it is none, or carries credentials */
    public static URI of(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + PlainText.clip(text, 120) + "' is not an address", e);
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the address of " + uri.getHost()
                    + " carries a user name or password: put them under 'auth', as references");
        }
        if (!http || uri.getHost() == null) {
            throw new IllegalArgumentException("'" + PlainText.clip(text, 120) + "' is not an http or https address");
        }
        return uri;
    }
}
