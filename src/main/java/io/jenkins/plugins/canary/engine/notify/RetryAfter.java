package io.jenkins.plugins.canary.engine.notify;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/** What an answer's {@code Retry-After} asks for: seconds, or a moment (RFC 9110, 10.2.3). */
final class RetryAfter {

    private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(1);

    private RetryAfter() {}

    /**
     * How long to wait, in milliseconds, a day at most; 0 when the value is neither.
     *
     * @param now milliseconds since the epoch
     */
    static long millis(String value, long now) {
        if (value.matches("\\d{1,9}")) {
            return Math.min(LONGEST_MILLIS, Long.parseLong(value) * 1_000);
        }
        try {
            long then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toEpochMilli();
            return then <= now ? 0 : Math.min(LONGEST_MILLIS, then - now);
        } catch (DateTimeException | ArithmeticException neither) {
            return 0;
        }
    }
}
