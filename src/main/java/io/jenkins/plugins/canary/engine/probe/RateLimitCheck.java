package io.jenkins.plugins.canary.engine.probe;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether the rate limit's headers are there and make sense, on answers that were let through and on those that were not.
 *
 * @param prefix "" or {@code X-}
 * @param limit what {@code RateLimit-Limit} must be; null when any positive number will do
 */
record RateLimitCheck(String prefix, Integer limit) {

    private static final String LIMIT = "RateLimit-Limit";
    private static final String REMAINING = "RateLimit-Remaining";
    private static final String RESET = "RateLimit-Reset";
    private static final String RETRY_AFTER = "Retry-After";
    /** All in one, as that draft has it from its version 07 on; known by name only. */
    private static final String COMBINED = "RateLimit";

    private static final int TOO_MANY = 429;
    private static final long LONGEST_WINDOW = TimeUnit.DAYS.toMillis(1);
    /** Seconds in headers are whole ones, and clocks differ a little. */
    private static final long SLACK_MILLIS = 1_000;

    List<ProbeFinding> check(List<ProbeResponse> responses) {
        List<ProbeResponse> passed =
                responses.stream().filter(ProbeResponse::is2xx).toList();
        List<ProbeResponse> refused =
                responses.stream().filter(h -> h.status() == TOO_MANY).toList();
        List<ProbeFinding> findings = new ArrayList<>();
        if (!passed.isEmpty()) {
            findings.add(wellFormed("200", passed));
            findings.add(falls(passed));
        }
        if (!refused.isEmpty()) {
            findings.add(wellFormed("429", refused));
        }
        return findings;
    }

    boolean looksAt(String header) {
        return Stream.of(
                        RETRY_AFTER,
                        COMBINED,
                        otherPrefix() + LIMIT,
                        prefix + LIMIT,
                        prefix + REMAINING,
                        prefix + RESET)
                .anyMatch(header::equalsIgnoreCase);
    }

    RateLimitHeaders of(ProbeResponse response) {
        return RateLimitHeaders.of(response, prefix);
    }

    private ProbeFinding wellFormed(String status, List<ProbeResponse> responses) {
        List<String> faults =
                responses.stream().map(this::fault).filter(Objects::nonNull).toList();
        return ProbeFinding.of(
                faults.isEmpty(),
                "rate limit headers on " + status,
                faults.isEmpty()
                        ? "they are well-formed on all " + responses.size() + " answers"
                        : "on " + faults.size() + " of " + responses.size() + " answers, " + faults.get(0));
    }

    /** Null when there is none. */
    private String fault(ProbeResponse response) {
        RateLimitHeaders h = of(response);
        String fault = faultOfAny(response, h);
        if (fault != null) {
            return fault;
        }
        long remaining = h.remaining().getAsLong();
        if (response.is2xx()) {
            long most = h.limit().getAsLong();
            return remaining > most ? prefix + REMAINING + " is " + remaining + " of " + most : null;
        }
        if (remaining != 0) {
            return prefix + REMAINING + " is " + remaining + " although it was refused";
        }
        String is = RETRY_AFTER + " is " + response.shown(RETRY_AFTER);
        if (h.retryAt().isEmpty()) {
            return response.header(RETRY_AFTER) == null
                    ? "there is no " + RETRY_AFTER
                    : is + ", neither seconds nor a date";
        }
        return later(h.retryAt().getAsLong(), response) ? null : is + ", which is not within the next day";
    }

    private String faultOfAny(ProbeResponse response, RateLimitHeaders h) {
        String missing = absent(response, LIMIT, h.limit());
        missing = missing == null ? absent(response, REMAINING, h.remaining()) : missing;
        missing = missing == null ? absent(response, RESET, h.resetAt()) : missing;
        if (missing != null) {
            return missing;
        }
        if (h.limit().getAsLong() < 1 || limit != null && h.limit().getAsLong() != limit) {
            return prefix + LIMIT + " is " + h.limit().getAsLong() + (limit == null ? "" : " instead of " + limit);
        }
        return later(h.resetAt().getAsLong(), response)
                ? null
                : prefix + RESET + " is " + response.shown(prefix + RESET) + ", which is not within the next day";
    }

    private String absent(ProbeResponse response, String name, OptionalLong value) {
        if (value.isPresent()) {
            return null;
        }
        return response.header(prefix + name) == null
                ? "there is no " + prefix + name + instead(response)
                : prefix + name + " is " + response.shown(prefix + name) + ", which is "
                        + (name.equals(RESET)
                                ? "neither whole seconds nor a moment in seconds since 1970"
                                : "no whole number");
    }

    /** What the answer says of its rate limit in other words; empty when it says nothing. */
    private String instead(ProbeResponse response) {
        String other = otherPrefix() + LIMIT;
        if (response.header(other) != null) {
            return ", but " + other + ": write rateLimitHeaders: " + otherPrefix() + "RateLimit";
        }
        return response.header(COMBINED) == null
                ? ""
                : ", but the one header " + COMBINED
                        + " of later drafts, which is not read: have the service send the three as well";
    }

    private String otherPrefix() {
        return prefix.isEmpty() ? "X-" : "";
    }

    /** A server that rounds down says 0 in the last second. */
    private static boolean later(long moment, ProbeResponse response) {
        return moment >= response.doneAt() - SLACK_MILLIS && moment <= response.doneAt() + LONGEST_WINDOW;
    }

    /**
     * Of two answers of one window, the one whose request was sent after the other was complete must have less left.
     * Answers that crossed on the way say nothing about each other.
     */
    private ProbeFinding falls(List<ProbeResponse> passed) {
        String what = "remaining falls";
        List<ProbeResponse> bySent = sorted(passed, ProbeResponse::sentNanos);
        List<ProbeResponse> byDone = sorted(passed, ProbeResponse::doneNanos);
        int next = 0;
        int falls = 0;
        int others = 0;
        ProbeResponse least = null;
        for (ProbeResponse response : bySent) {
            for (; next < byDone.size() && byDone.get(next).doneNanos() <= response.sentNanos(); next++) {
                ProbeResponse done = byDone.get(next);
                boolean over = least != null && of(least).resetAt().getAsLong() <= done.doneAt() + SLACK_MILLIS;
                if (least == null || over || left(done) < left(least)) {
                    least = done;
                }
            }
            boolean sameWindow = least != null && of(least).resetAt().getAsLong() > response.doneAt() + SLACK_MILLIS;
            if (sameWindow) {
                falls += left(response) < left(least) ? 1 : 0;
                others += left(response) < left(least) ? 0 : 1;
            }
        }
        if (falls + others == 0) {
            return ProbeFinding.unknown(what, "no two answers of one window came one after the other");
        }
        return ProbeFinding.of(
                others == 0,
                what,
                others == 0
                        ? "it fell with each of " + falls + " requests that followed another"
                        : "it did not fall with " + others + " of " + (falls + others)
                                + " requests that followed another: the count is not shared by all pods, or is not kept");
    }

    private List<ProbeResponse> sorted(List<ProbeResponse> responses, ToLongFunction<ProbeResponse> by) {
        return responses.stream()
                .filter(h -> of(h).remaining().isPresent() && of(h).resetAt().isPresent())
                .sorted(Comparator.comparingLong(by))
                .toList();
    }

    private long left(ProbeResponse response) {
        return of(response).remaining().getAsLong();
    }

    /**
     * What an answer says about its rate limit: {@code RateLimit-Limit}, {@code -Remaining} and {@code -Reset} as in the IETF
     * draft "RateLimit header fields for HTTP" up to its version 06, or the same with {@code X-} in front, and
     * {@code Retry-After} (RFC 9110, 10.2.3). A reset is a number of seconds, or of seconds since the epoch.
     *
     * @param resetAt milliseconds since the epoch
     * @param retryAt milliseconds since the epoch
     */
    record RateLimitHeaders(OptionalLong limit, OptionalLong remaining, OptionalLong resetAt, OptionalLong retryAt) {

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
}
