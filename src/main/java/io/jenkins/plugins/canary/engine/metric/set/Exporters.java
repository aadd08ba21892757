package io.jenkins.plugins.canary.engine.metric.set;

import static io.jenkins.plugins.canary.engine.metric.set.Formula.increase;

import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every exporter that there is a set for; docs/metric-sets.md says what each needs. */
public final class Exporters {

    private static final List<Exporter> ALL = Stream.of(
                    HttpExporters.ALL,
                    LimiterExporters.ALL,
                    PoolExporters.ALL,
                    ResourceExporters.ALL,
                    AiExporters.ALL,
                    SecurityExporters.ALL)
            .flatMap(List::stream)
            .toList();

    private Exporters() {}

    public static List<Exporter> all() {
        return ALL;
    }

    public static Optional<Exporter> named(SetKind kind, String name) {
        return ALL.stream()
                .filter(e -> e.kind() == kind && e.name().equals(name))
                .findFirst();
    }

    /** The names of a kind's exporters. */
    public static List<String> names(SetKind kind) {
        return ALL.stream().filter(e -> e.kind() == kind).map(Exporter::name).toList();
    }

    /** How the requests of a service are counted and timed by what people put into it or before it. */
    static final class HttpExporters {

        private static final double MILLISECONDS = 0.001;

        static final List<Exporter> ALL = List.of(
                // Spring Boot, Quarkus, Micronaut; buckets need management.metrics.distribution.percentiles-histogram.
                http("micrometer", "http_server_requests_seconds_count", "status", "http_server_requests_seconds"),
                // Semantic conventions for HTTP metrics, stable since 1.23.
                http(
                        "opentelemetry",
                        "http_server_request_duration_seconds_count",
                        "http_response_status_code",
                        "http_server_request_duration_seconds"),
                // Express with prom-client.
                http(
                        "express-prom-bundle",
                        "http_request_duration_seconds_count",
                        "status_code",
                        "http_request_duration_seconds"),
                // Groups statuses into 2xx, 4xx, 5xx unless told otherwise.
                http("fastapi-instrumentator", "http_requests_total", "status", "http_request_duration_highr_seconds"),
                // ASP.NET Core.
                http("prometheus-net", "http_requests_received_total", "code", "http_request_duration_seconds"),
                http(
                        "nginx-ingress",
                        "nginx_ingress_controller_requests",
                        "status",
                        "nginx_ingress_controller_request_duration_seconds"),
                http("traefik", "traefik_service_requests_total", "code", "traefik_service_request_duration_seconds"),
                millis("istio", "istio_requests_total", "response_code", "istio_request_duration_milliseconds"),
                millis("linkerd", "response_total", "status_code", "response_latency_ms"),
                millis("envoy", "envoy_cluster_upstream_rq", "envoy_response_code", "envoy_cluster_upstream_rq_time"),
                millis("kong", "kong_http_requests_total", "code", "kong_request_latency_ms"));

        private HttpExporters() {}

        private static Exporter http(String name, String requests, String status, String duration) {
            return Exporter.http(name, new HttpNames(requests, status, "5..", duration, 1));
        }

        private static Exporter millis(String name, String requests, String status, String duration) {
            return Exporter.http(name, new HttpNames(requests, status, "5..", duration, MILLISECONDS));
        }
    }

    /** The store of a rate limiter, seen from the store and from the service. */
    static final class LimiterExporters {

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

    /** Pools of database connections, in the service and beside it. */
    static final class PoolExporters {

        static final List<Exporter> ALL = List.of(
                // HikariCP through Micrometer, as Spring Boot binds it.
                Exporter.ofTracks(SetKind.POOL, "hikaricp")
                        .with(
                                SetMetric.POOL_USE,
                                Formula.fullest("hikaricp_connections_active", "hikaricp_connections_max"))
                        .with(SetMetric.POOL_WAITING, Formula.sum("hikaricp_connections_pending"))
                        .with(SetMetric.POOL_TIMEOUTS, Formula.count("hikaricp_connections_timeout_total")),
                // HikariCP's own PrometheusMetricsTrackerFactory.
                Exporter.ofTracks(SetKind.POOL, "hikaricp-prometheus")
                        .with(
                                SetMetric.POOL_USE,
                                Formula.fullest("hikaricp_active_connections", "hikaricp_max_connections"))
                        .with(SetMetric.POOL_WAITING, Formula.sum("hikaricp_pending_threads"))
                        .with(SetMetric.POOL_TIMEOUTS, Formula.count("hikaricp_connection_timeout_total")),
                // Spring Boot's gauges of any other pool.
                Exporter.ofTracks(SetKind.POOL, "spring-jdbc")
                        .with(SetMetric.POOL_USE, Formula.fullest("jdbc_connections_active", "jdbc_connections_max")),
                Exporter.ofTracks(SetKind.POOL, "r2dbc")
                        .with(
                                SetMetric.POOL_USE,
                                Formula.fullest(
                                        "r2dbc_pool_acquired_connections", "r2dbc_pool_max_allocated_connections"))
                        .with(SetMetric.POOL_WAITING, Formula.sum("r2dbc_pool_pending_connections")),
                // Go's database/sql through client_golang's NewDBStatsCollector.
                Exporter.ofTracks(SetKind.POOL, "go-sql")
                        .with(
                                SetMetric.POOL_USE,
                                Formula.fullest("go_sql_in_use_connections", "go_sql_max_open_connections"))
                        .with(SetMetric.POOL_TIMEOUTS, Formula.count("go_sql_wait_count_total")),
                Exporter.shared(SetKind.POOL, "pgbouncer-exporter")
                        .with(
                                SetMetric.POOL_USE,
                                Formula.of(s -> new Expr.Ratio(
                                        new Expr.Gauges(
                                                Expr.Agg.SUM, s.named("pgbouncer_pools_server_active_connections")),
                                        new Expr.Gauges(Expr.Agg.SUM, s.named("pgbouncer_databases_pool_size")))))
                        .with(SetMetric.POOL_WAITING, Formula.sum("pgbouncer_pools_client_waiting_connections")),
                Exporter.shared(SetKind.POOL, "postgres-exporter")
                        .with(
                                SetMetric.POOL_USE,
                                Formula.of(s -> new Expr.Ratio(
                                        new Expr.Gauges(Expr.Agg.SUM, s.named("pg_stat_activity_count")),
                                        new Expr.Gauges(Expr.Agg.MAX, s.named("pg_settings_max_connections"))))));

        private PoolExporters() {}
    }

    /** What was kept out. No exporter agrees with another on names, so these are the service's own, and its statuses. */
    static final class SecurityExporters {

        static final List<Exporter> ALL = List.of(
                Exporter.ofTracks(SetKind.SECURITY, "http").with(SetMetric.AUTH_FAILURE_RATE, refused()),
                Exporter.ofTracks(SetKind.SECURITY, "app")
                        .with(SetMetric.JWT_REPLAYS, Formula.count("jwt_replay_blocked_total"))
                        .with(SetMetric.CORS_DENIED, Formula.count("cors_denied_total"))
                        .with(SetMetric.AUTH_FAILURE_RATE, refused()));

        private SecurityExporters() {}

        private static Formula refused() {
            return Formula.of(s -> new Expr.Ratio(
                    new Expr.OrZero(increase(s.named(s.http().requests())
                            .with(new Matcher(s.http().status(), Matcher.Op.MATCHES, "401|403")))),
                    increase(s.named(s.http().requests()))));
        }
    }
}
