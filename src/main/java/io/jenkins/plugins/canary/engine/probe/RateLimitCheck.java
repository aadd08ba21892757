package io.jenkins.plugins.canary.engine.probe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whether the rate limit's headers are there and make sense, on answers that were let through and on those that were not.
 *
 * @param prefix "" or {@code X-}
 * @param limit what {@code RateLimit-Limit} must be; null when any positive number will do
 */
record RateLimitCheck(String prefix, Integer limit) {

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
            findings.add(wellFormed("200", passed, this::faultOfPassed));
            findings.add(falls(passed));
        }
        if (!refused.isEmpty()) {
            findings.add(wellFormed("429", refused, this::faultOfRefused));
        }
        return findings;
    }

    boolean looksAt(String header) {
        return Stream.of(
                                RateLimitHeaders.RETRY_AFTER,
                                RateLimitHeaders.COMBINED,
                                otherPrefix() + RateLimitHeaders.LIMIT)
                        .anyMatch(header::equalsIgnoreCase)
                || Stream.of(RateLimitHeaders.LIMIT, RateLimitHeaders.REMAINING, RateLimitHeaders.RESET)
                        .anyMatch(name -> header.equalsIgnoreCase(prefix + name));
    }

    RateLimitHeaders of(ProbeResponse response) {
        return RateLimitHeaders.of(response, prefix);
    }

    private static ProbeFinding wellFormed(
            String status, List<ProbeResponse> responses, Function<ProbeResponse, String> fault) {
        List<String> faults =
                responses.stream().map(fault).filter(java.util.Objects::nonNull).toList();
        return ProbeFinding.of(
                faults.isEmpty(),
                "rate limit headers on " + status,
                faults.isEmpty()
                        ? "they are well-formed on all " + responses.size() + " answers"
                        : "on " + faults.size() + " of " + responses.size() + " answers, " + faults.get(0));
    }

    private String faultOfPassed(ProbeResponse response) {
        RateLimitHeaders h = of(response);
        String fault = faultOfAny(response, h);
        if (fault != null) {
            return fault;
        }
        return h.remaining().getAsLong() > h.limit().getAsLong()
                ? prefix + RateLimitHeaders.REMAINING + " is " + h.remaining().getAsLong() + " of "
                        + h.limit().getAsLong()
                : null;
    }

    private String faultOfRefused(ProbeResponse response) {
        RateLimitHeaders h = of(response);
        String fault = faultOfAny(response, h);
        if (fault != null) {
            return fault;
        }
        if (h.remaining().getAsLong() != 0) {
            return prefix + RateLimitHeaders.REMAINING + " is " + h.remaining().getAsLong()
                    + " although it was refused";
        }
        if (h.retryAt().isEmpty()) {
            return response.header(RateLimitHeaders.RETRY_AFTER) == null
                    ? "there is no " + RateLimitHeaders.RETRY_AFTER
                    : RateLimitHeaders.RETRY_AFTER + " is " + response.shown(RateLimitHeaders.RETRY_AFTER)
                            + ", neither seconds nor a date";
        }
        return later(h.retryAt().getAsLong(), response)
                ? null
                : RateLimitHeaders.RETRY_AFTER + " is " + response.shown(RateLimitHeaders.RETRY_AFTER)
                        + ", which is not within the next day";
    }

    private String faultOfAny(ProbeResponse response, RateLimitHeaders h) {
        String missing = absent(response, RateLimitHeaders.LIMIT, h.limit());
        missing = missing == null ? absent(response, RateLimitHeaders.REMAINING, h.remaining()) : missing;
        missing = missing == null ? absent(response, RateLimitHeaders.RESET, h.resetAt()) : missing;
        if (missing != null) {
            return missing;
        }
        if (h.limit().getAsLong() < 1 || limit != null && h.limit().getAsLong() != limit) {
            return prefix + RateLimitHeaders.LIMIT + " is " + h.limit().getAsLong()
                    + (limit == null ? "" : " instead of " + limit);
        }
        return later(h.resetAt().getAsLong(), response)
                ? null
                : prefix + RateLimitHeaders.RESET + " is " + response.shown(prefix + RateLimitHeaders.RESET)
                        + ", which is not within the next day";
    }

    private String absent(ProbeResponse response, String name, OptionalLong value) {
        if (value.isPresent()) {
            return null;
        }
        return response.header(prefix + name) == null
                ? "there is no " + prefix + name + instead(response)
                : prefix + name + " is " + response.shown(prefix + name) + ", which is "
                        + (name.equals(RateLimitHeaders.RESET)
                                ? "neither whole seconds nor a moment in seconds since 1970"
                                : "no whole number");
    }

    /** What the answer says of its rate limit in other words; empty when it says nothing. */
    private String instead(ProbeResponse response) {
        String other = otherPrefix() + RateLimitHeaders.LIMIT;
        if (response.header(other) != null) {
            return ", but " + other + ": write rateLimitHeaders: " + otherPrefix() + "RateLimit";
        }
        return response.header(RateLimitHeaders.COMBINED) == null
                ? ""
                : ", but the one header " + RateLimitHeaders.COMBINED
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
        Predicate<ProbeResponse> complete =
                h -> of(h).remaining().isPresent() && of(h).resetAt().isPresent();
        List<ProbeResponse> bySent = passed.stream()
                .filter(complete)
                .sorted(Comparator.comparingLong(ProbeResponse::sentNanos))
                .toList();
        List<ProbeResponse> byDone = passed.stream()
                .filter(complete)
                .sorted(Comparator.comparingLong(ProbeResponse::doneNanos))
                .toList();
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

    private long left(ProbeResponse response) {
        return of(response).remaining().getAsLong();
    }
}
