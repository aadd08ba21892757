package io.jenkins.plugins.canary.engine.metric.set;

import static io.jenkins.plugins.canary.engine.metric.set.Formula.increase;

import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import java.util.List;

/** The store of a rate limiter, seen from the store and from the service. */
final class LimiterExporters {

    /** Errors by which Redis tells a client to do something else; a limiter's script library causes the first by design. */
    private static final String NO_ERRORS = "NOSCRIPT|MOVED|ASK";

    static final List<Exporter> ALL = List.of(
            Exporter.shared(SetKind.LIMITER, "redis-exporter")
                    .with(
                            SetMetric.LIMITER_ERRORS,
                            Formula.of(s -> new Expr.Plus(
                                    new Expr.OrZero(increase(s.named("redis_errors_total")
                                            .with(new Matcher("err", Matcher.Op.MATCHES_NOT, NO_ERRORS)))),
                                    increase(s.named("redis_rejected_connections_total")))))
                    .with(
                            SetMetric.LIMITER_LATENCY,
                            Formula.of(s -> new Expr.Ratio(
                                    increase(s.named("redis_commands_duration_seconds_total")),
                                    increase(s.named("redis_commands_total")))))
                    .with(SetMetric.LIMITER_EVICTIONS, Formula.count("redis_evicted_keys_total")),
            // Micrometer's timer of the Redis client lettuce.
            Exporter.ofTracks(SetKind.LIMITER, "lettuce")
                    .with(SetMetric.LIMITER_LATENCY, Formula.quantile("lettuce_command_completion_seconds", 1)),
            // Names of the service's own, for limiters that export nothing themselves.
            Exporter.ofTracks(SetKind.LIMITER, "app")
                    .with(SetMetric.LIMITER_ERRORS, Formula.count("limiter_redis_errors_total"))
                    .with(SetMetric.LIMITER_LATENCY, Formula.quantile("limiter_redis_duration_seconds", 1)));

    private LimiterExporters() {}
}
