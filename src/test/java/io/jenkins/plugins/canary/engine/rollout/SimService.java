package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ValueRange;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;

/** Two versions of a service and the metrics server that watches them, each of which may fail. */
final class SimService implements MetricSource {

    private final VirtualServices clock;
    private final Random random;
    private final double faults;
    private final LongPredicate bad;
    boolean faulty = true;
    /** What the second source does, whose metrics are {@code hostile} and the requests that comparisons count. */
    Hostility hostility = Hostility.NONE;

    enum Hostility {
        NONE,
        GIANT_COUNT,
        GIANT_REQUESTS,
        MANY_REQUESTS,
        NOT_A_NUMBER,
        NEGATIVE,
        FAILS,
        NEVER_ANSWERS,
        SAYS_NOTHING
    }

    /** Which track's requests are many, where {@link Hostility#MANY_REQUESTS} is; null for both. */
    private final Track many;
    /** Always the same, or others at each reading. */
    private final double manyRequests;

    /**
     * @param bad whether the canary is broken at a virtual time
     */
    SimService(VirtualServices clock, Random random, double faults, LongPredicate bad) {
        this.clock = clock;
        this.random = random;
        this.faults = faults;
        this.bad = bad;
        many = random.nextInt(3) == 0 ? null : random.nextBoolean() ? Track.CANARY : Track.STABLE;
        manyRequests = random.nextBoolean() ? 0 : many();
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
        Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
        boolean down = faulty && random.nextDouble() < faults;
        for (MetricQuery query : queries) {
            readings.put(query, down ? Reading.unavailable("connection refused") : reading(query));
        }
        CompletableFuture<Map<MetricQuery, Reading>> answer = new CompletableFuture<>();
        long delay = faulty && random.nextDouble() < faults ? random.nextInt(40_000) : random.nextInt(20);
        // The network's, not the engine's: it is not lost.
        clock.world(delay, () -> answer(answer, readings, early));
        return answer;
    }

    /** The honest source answers by itself, whatever the other one does. */
    private void answer(
            CompletableFuture<Map<MetricQuery, Reading>> answer,
            Map<MetricQuery, Reading> readings,
            BiConsumer<MetricQuery, Reading> early) {
        readings.forEach((query, reading) -> {
            if (!isHostile(query)) {
                early.accept(query, reading);
            }
        });
        switch (hostility) {
            case FAILS -> answer.completeExceptionally(new OutOfMemoryError("Java heap space"));
            case NEVER_ANSWERS -> {}
            case SAYS_NOTHING -> answer.complete(null);
            default -> answer.complete(readings);
        }
    }

    private boolean isHostile(MetricQuery query) {
        String name = query.metric().name();
        boolean requests = hostility == Hostility.GIANT_REQUESTS
                || hostility == Hostility.MANY_REQUESTS && (many == null || many == query.track());
        return name.equals("hostile") || requests && name.equals("requests");
    }

    private double hostile(MetricQuery query) {
        return switch (hostility) {
            case GIANT_COUNT, GIANT_REQUESTS -> 1e19;
            case MANY_REQUESTS -> manyRequests == 0 ? many() : manyRequests;
            case NOT_A_NUMBER -> Double.NaN;
            case NEGATIVE -> -3;
            default -> 1;
        };
    }

    /** No more than a source may count, and far more than there are. */
    private double many() {
        return Math.rint(Math.pow(10, 4 + random.nextDouble() * (Math.log10(ValueRange.LARGEST_COUNT) - 4)));
    }

    private Reading reading(MetricQuery query) {
        if (faulty && random.nextDouble() < faults / 2) {
            return random.nextBoolean() ? Reading.of(Double.NaN) : Reading.noData("empty vector");
        }
        if (isHostile(query)) {
            Reading hostile = Reading.of(hostile(query));
            // A count of requests that cannot be is refused by what routes the readings, before a rollout sees it.
            return query.metric().name().equals("requests")
                    ? ValueRange.of(Unit.COUNT).check(Unit.COUNT, hostile)
                    : hostile;
        }
        if (query.past() != null) {
            return past(query);
        }
        boolean broken = query.track() == Track.CANARY && bad.test(clock.time());
        return Reading.of(
                switch (query.metric().name()) {
                    case "success-rate" -> broken ? 0.90 : 0.999;
                    case "error-rate" -> broken ? 0.10 : 0.001;
                    case "latency" -> (broken ? 1.8 : 0.12) * (0.95 + 0.1 * random.nextDouble());
                    case "requests" -> query.window().toSeconds() * (query.track() == Track.CANARY ? 20.0 : 180);
                    default -> throw new IllegalStateException("not simulated: " + query);
                });
    }

    /** Some windows are missing; now and then a dependency had failed. */
    private Reading past(MetricQuery query) {
        boolean jumps = random.nextInt(4) == 0;
        Map<String, Double> parts = new HashMap<>();
        for (long ago = query.past().dividedBy(query.window()); ago > 0; ago--) {
            if (random.nextInt(10) > 0) {
                double errors = jumps && ago == 5 ? 0.2 : 0.001 * random.nextDouble();
                parts.put(
                        String.valueOf(ago),
                        query.metric().name().equals("requests")
                                ? query.window().toSeconds() * 200.0
                                : query.metric().name().equals("error-rate") ? errors : 1 - errors);
            }
        }
        return Reading.of("past", parts);
    }

    @Override
    public String describe(MetricQuery query) {
        return query.metric().key() + " of " + query.track().word();
    }
}
