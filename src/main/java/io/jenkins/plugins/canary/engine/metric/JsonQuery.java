package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A number out of a JSON document that is asked for: the request, and where in the answer the number is. Texts may hold
 * placeholders.
 *
 * @param path a JSONPath expression that yields one number; a list of them where {@code take} is given
 * @param time a JSONPath expression that yields when the number was measured, or a list of as many times; null when the
 *     document does not say
 * @param take which number of a list counts; null where there is one number
 * @param errors JSONPath expressions; where one finds anything but null, false, zero or what is empty, the answer is none
 * @param delay how far before now the asked time ends: what the service needs until it has every sample
 */
public record JsonQuery(
        Request request, String path, String time, Take take, List<String> errors, Duration delay, Auth auth) {

    /** What becomes of the points of a series. */
    public enum Take {
        /** The one with the latest time. */
        LAST,
        MEAN,
        SUM,
        MIN,
        MAX
    }

    /**
     * @param method GET or POST; a POST asks, and may be sent twice
     * @param url values that are put into it are percent-encoded
     * @param parameters of the address
     * @param body null for none
     * @param form sent as an HTML form is, where there is no body; empty for none
     */
    public record Request(
            String method,
            String url,
            Map<String, String> parameters,
            Map<String, Header> headers,
            String body,
            Map<String, String> form) {

        public Request {
            parameters = ordered(parameters);
            headers = ordered(headers);
            form = ordered(form);
        }

        /** Every text in which placeholders may stand. */
        public Stream<String> texts() {
            return Stream.of(
                            Stream.of(url),
                            parameters.values().stream(),
                            form.values().stream(),
                            headers.values().stream().map(Header::text),
                            Stream.ofNullable(body))
                    .flatMap(texts -> texts);
        }
    }

    /**
     * @param text the value, or what stands in front of the secret
     * @param secret null for none
     */
    public record Header(String text, Secrets.Ref secret) {

        /**
         * The credentials, and the headers that carry a secret.
         *
         * @throws SecretMissing when a secret is missing or cannot be sent
         * @throws IllegalArgumentException for people, when a header cannot be sent
         */
        public static Credentials signing(Map<String, Header> headers, Credentials credentials, Secrets secrets)
                throws SecretMissing {
            Credentials all = credentials;
            for (Map.Entry<String, Header> header : headers.entrySet()) {
                Header value = header.getValue();
                if (value.secret() == null) {
                    HttpCall.checkHeader(header.getKey(), value.text());
                } else {
                    all = all.and(header.getKey(), value.text(), value.secret(), secrets);
                }
            }
            return all;
        }
    }

    public JsonQuery {
        errors = List.copyOf(errors);
    }

    /** One number of a page that is read by GET. */
    public static JsonQuery get(String url, String path, String time) {
        return new JsonQuery(
                new Request("GET", url, Map.of(), Map.of(), null, Map.of()),
                path,
                time,
                null,
                List.of(),
                Duration.ZERO,
                Auth.NONE);
    }

    /** Every text in which placeholders may stand. */
    public Stream<String> texts() {
        return Stream.concat(request.texts(), Stream.of(path));
    }

    private static <T> Map<String, T> ordered(Map<String, T> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
