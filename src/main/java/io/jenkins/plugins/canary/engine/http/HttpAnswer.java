package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.PlainText;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What a server sent, whole and within the limit of its size.
 *
 * @param body decompressed
 * @param quotable whether messages may show what it says; what a plan's author led the controller to may not be theirs to read
 */
public record HttpAnswer(URI from, int status, HttpHeaders headers, byte[] body, boolean quotable) {

    /** Where a title is looked for, in bytes. */
    private static final int HEAD = 4_096;

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    /** Without parameters, in lower case; "" when the server did not say. */
    public String mediaType() {
        String type = headers.firstValue("Content-Type").orElse("");
        return type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Whether this is a page for people: a login form, a proxy's apology. */
    public boolean isHtml() {
        String start = new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8).stripLeading();
        return mediaType().equals("text/html") || start.startsWith("<");
    }

    /** Why an answer other than 2xx is none, in words: "http://x/y answered 429 (too many requests), ...". */
    public String refusal() {
        String says = PlainText.address(from) + " answered " + status;
        return says
                + switch (status) {
                    case 301, 302, 303, 307, 308 ->
                        ", a redirect"
                                + (quotable
                                        ? " to "
                                                + headers.firstValue("Location")
                                                        .map(this::place)
                                                        .orElse("nowhere")
                                        : "")
                                + ": redirects are not followed, write the final address into the plan";
                    case 401 -> ": it wants other credentials, see 'auth' in the plan";
                    case 403 -> ": these credentials may not read it, see 'auth' in the plan";
                    case 404 -> " (not found): is the address complete, with its path?";
                    case 429 -> " (too many requests)" + waiting();
                    case 503 -> " (service unavailable)" + waiting();
                    default -> "";
                }
                + (isHtml() ? title() : "");
    }

    /** A part of the answer on one line, or how long it is. */
    public String quote(String part, int longest) {
        return quotable ? PlainText.clip(part, longest) : "(" + part.length() + " characters, which are not shown)";
    }

    /** The page's title in brackets; "" without one, or when it may not be shown. */
    public String title() {
        if (!quotable) {
            return "";
        }
        String head = new String(body, 0, Math.min(body.length, HEAD), StandardCharsets.UTF_8);
        String lower = head.toLowerCase(Locale.ROOT);
        int tag = lower.indexOf("<title");
        int begin = tag < 0 ? -1 : lower.indexOf('>', tag);
        int end = begin < 0 ? -1 : lower.indexOf("</title", begin);
        return end < 0 || head.length() != lower.length()
                ? ""
                : " (the page is titled '" + PlainText.clip(head.substring(begin + 1, end), 80) + "')";
    }

    private String waiting() {
        return retryAfter().isPresent() ? ", and asks to wait " + retryAfter().getAsLong() + " s" : "";
    }

    /** The seconds that the server asks to wait; empty when it does not, or names a date. */
    public OptionalLong retryAfter() {
        return headers.firstValue("Retry-After").filter(v -> SECONDS.matcher(v).matches()).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    /** Without the query, which may carry tokens. */
    private String place(String location) {
        try {
            return PlainText.address(from.resolve(location));
        } catch (IllegalArgumentException notAnAddress) {
            return "somewhere that is not an address";
        }
    }
}
