package io.jenkins.plugins.canary.engine.probe;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer says about its rate limit: {@code RateLimit-Limit}, {@code -Remaining} and {@code -Reset} as in the IETF
 * draft "RateLimit header fields for HTTP" up to its version 06, or the same with {@code X-} in front, and
 * {@code Retry-After} (RFC 9110, 10.2.3). A reset is a number of seconds, or of seconds since the epoch.
 *
 * @param resetAt milliseconds since the epoch
 * @param retryAt milliseconds since the epoch
 */
record RateLimitHeaders(OptionalLong limit, OptionalLong remaining, OptionalLong resetAt, OptionalLong retryAt) {

    static final String LIMIT = "RateLimit-Limit";
    static final String REMAINING = "RateLimit-Remaining";
    static final String RESET = "RateLimit-Reset";
    static final String RETRY_AFTER = "Retry-After";
    /** All in one, as that draft has it from its version 07 on; known by name only. */
    static final String COMBINED = "RateLimit";

    /** From here on a reset is a moment and not a number of seconds: the year 2001, or 31 years from now. */
    private static final long EPOCH_SECONDS = 1_000_000_000L;

    private static final Pattern FIRST_NUMBER = Pattern.compile("\\s*(\\d{1,12})\\s*(?:[,;].*)?");

    /** @param prefix "" or {@code X-} */
    static RateLimitHeaders of(ProbeResponse response, String prefix) {
        return new RateLimitHeaders(
                number(response.header(prefix + LIMIT)),
                number(response.header(prefix + REMAINING)),
                moment(response, number(response.header(prefix + RESET))),
                retry(response));
    }

    private static OptionalLong number(String value) {
        Matcher m = value == null ? null : FIRST_NUMBER.matcher(value);
        return m != null && m.matches() ? OptionalLong.of(Long.parseLong(m.group(1))) : OptionalLong.empty();
    }

    private static OptionalLong moment(ProbeResponse response, OptionalLong seconds) {
        if (seconds.isEmpty()) {
            return seconds;
        }
        long s = seconds.getAsLong();
        return OptionalLong.of(s >= EPOCH_SECONDS ? s * 1000 : response.doneAt() + s * 1000);
    }

    private static OptionalLong retry(ProbeResponse response) {
        OptionalLong seconds = number(response.header(RETRY_AFTER));
        if (seconds.isPresent() || response.header(RETRY_AFTER) == null) {
            return seconds.isPresent() ? OptionalLong.of(response.doneAt() + seconds.getAsLong() * 1000) : seconds;
        }
        try {
            return OptionalLong.of(
                    ZonedDateTime.parse(response.header(RETRY_AFTER), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant()
                            .toEpochMilli());
        } catch (DateTimeException | ArithmeticException neitherNumberNorDate) {
            return OptionalLong.empty();
        }
    }
}
