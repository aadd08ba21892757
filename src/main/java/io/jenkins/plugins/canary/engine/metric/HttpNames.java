package io.jenkins.plugins.canary.engine.metric;

/**
 * How the service's HTTP metrics are called.
 *
 * @param status the label of {@code requests} with the HTTP status
 * @param errors regular expression over {@code status}: what counts as an error for error-rate and success-rate
 * @param duration a histogram of request durations, without {@code _bucket}
 * @param durationUnit seconds in one unit of {@code duration}: 1 for seconds, 0.001 for milliseconds
 * @param testers one label matcher that selects the requests of known testers, who are meant to run into limits; null
 *     when there are none to leave out
 */
public record HttpNames(
        String requests, String status, String errors, String duration, double durationUnit, String testers) {

    /** Without testers to leave out. */
    public HttpNames(String requests, String status, String errors, String duration, double durationUnit) {
        this(requests, status, errors, duration, durationUnit, null);
    }

    public static final HttpNames DEFAULT =
            new HttpNames("http_requests_total", "status", "5..", "http_request_duration_seconds", 1);
}
