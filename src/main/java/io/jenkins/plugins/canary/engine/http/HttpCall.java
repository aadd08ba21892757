package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.PlainText;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A request to be sent. Not safe for several threads while it is being made. */
public final class HttpCall {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** What says where a request ends and where it goes is the client's to say. */
    private static final Set<String> RESERVED = Set.of(
            "connection content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade"
                    .split(" "));

    private final URI uri;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private String method = "GET";
    private byte[] body;
    private RequestSigner signer;

    private HttpCall(URI uri) {
        this.uri = uri;
    }

    /** An address or a path without the slashes at its end, so that a path can follow; "" for null. */
    public static String base(String text) {
        int end = text == null ? 0 : text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        return end == 0 ? "" : text.substring(0, end);
    }

    /**
     * An absolute address that can be asked over HTTP.
     *
     * @throws IllegalArgumentException for people, when it is none, or carries credentials
     */
    public static URI address(String text) {
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

    /** @param uri absolute, http or https */
    public static HttpCall to(URI uri) {
        return new HttpCall(uri);
    }

    /** @param content null for none */
    public HttpCall method(String name, byte[] content) {
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not an HTTP method");
        }
        method = name;
        body = content;
        return this;
    }

    /** @param content null for none */
    public HttpCall method(String name, String content) {
        return method(name, content == null ? null : content.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sets a header, once.
     *
     * @throws IllegalArgumentException for people, when the name or the value is none, or the client's to set
     */
    public HttpCall header(String name, String value) {
        checkHeader(name, value);
        headers.put(name, value);
        return this;
    }

    /** @throws IllegalArgumentException as {@link #header} */
    public static void checkHeader(String name, String value) {
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("invalid header name: '" + name + "'");
        }
        if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("the header " + name + " is set by the client itself");
        }
        if (!value.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 127 && c < 256)) {
            throw new IllegalArgumentException("invalid header value of " + name
                    + ": it has a line break or a character that headers cannot carry");
        }
    }

    /** Signed in by this when everything else of the request is said, just before it is sent. */
    public HttpCall signedBy(RequestSigner by) {
        signer = by;
        return this;
    }

    public URI uri() {
        return uri;
    }

    public String method() {
        return method;
    }

    /** Null for none. */
    public byte[] body() {
        return body;
    }

    public Map<String, String> headers() {
        return Collections.unmodifiableMap(headers);
    }

    /** Null when nothing remains to be signed. */
    RequestSigner signer() {
        return signer;
    }

    int port() {
        return uri.getPort() >= 0 ? uri.getPort() : isSecure() ? 443 : 80;
    }

    boolean isSecure() {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /** Without the brackets of an IPv6 address. */
    String host() {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Path and query, as they are sent. */
    String target() {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }
}
