package io.jenkins.plugins.canary.engine.metric.set;

import static io.jenkins.plugins.canary.engine.metric.set.Exporter.ofTracks;
import static io.jenkins.plugins.canary.engine.metric.set.Exporter.shared;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.count;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.fullest;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.max;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.orZero;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.plus;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.quantile;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.quotients;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.rate;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.ratio;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.rest;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.share;
import static io.jenkins.plugins.canary.engine.metric.set.Formula.sum;

import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import java.util.List;
import java.util.Optional;

/** Every exporter that there is a set for; docs/metric-sets.md says what each needs. */
public final class Exporters {

    /** cAdvisor also counts each pod's pause container, and the pod as a whole without a container's name. */
    private static final String REAL = "{container!~'|POD'}";

    private static final String CPU = "container_cpu_usage_seconds_total" + REAL;
    private static final String MEMORY = "container_memory_working_set_bytes" + REAL;
    private static final String LIMITS = "kube_pod_container_resource_limits";

    private static final List<Exporter> ALL = List.of(
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
            millis("kong", "kong_http_requests_total", "code", "kong_request_latency_ms"),
            // Errors by which Redis tells a client to do something else are none; a limiter's script library causes the
            // first.
            shared(SetKind.LIMITER, "redis-exporter")
                    .with(
                            SetMetric.LIMITER_ERRORS,
                            plus(
                                    orZero(count("redis_errors_total{err!~'NOSCRIPT|MOVED|ASK'}")),
                                    count("redis_rejected_connections_total")))
                    .with(
                            SetMetric.LIMITER_LATENCY,
                            ratio(count("redis_commands_duration_seconds_total"), count("redis_commands_total")))
                    .with(SetMetric.LIMITER_EVICTIONS, count("redis_evicted_keys_total")),
            // Micrometer's timer of the Redis client lettuce.
            ofTracks(SetKind.LIMITER, "lettuce")
                    .with(SetMetric.LIMITER_LATENCY, quantile("lettuce_command_completion_seconds")),
            // Names of the service's own, for limiters that export nothing themselves.
            ofTracks(SetKind.LIMITER, "app")
                    .with(SetMetric.LIMITER_ERRORS, count("limiter_redis_errors_total"))
                    .with(SetMetric.LIMITER_LATENCY, quantile("limiter_redis_duration_seconds")),
            // HikariCP through Micrometer, as Spring Boot binds it.
            ofTracks(SetKind.POOL, "hikaricp")
                    .with(SetMetric.POOL_USE, fullest("hikaricp_connections_active", "hikaricp_connections_max"))
                    .with(SetMetric.POOL_WAITING, sum("hikaricp_connections_pending"))
                    .with(SetMetric.POOL_TIMEOUTS, count("hikaricp_connections_timeout_total")),
            // HikariCP's own PrometheusMetricsTrackerFactory.
            ofTracks(SetKind.POOL, "hikaricp-prometheus")
                    .with(SetMetric.POOL_USE, fullest("hikaricp_active_connections", "hikaricp_max_connections"))
                    .with(SetMetric.POOL_WAITING, sum("hikaricp_pending_threads"))
                    .with(SetMetric.POOL_TIMEOUTS, count("hikaricp_connection_timeout_total")),
            // Spring Boot's gauges of any other pool.
            ofTracks(SetKind.POOL, "spring-jdbc")
                    .with(SetMetric.POOL_USE, fullest("jdbc_connections_active", "jdbc_connections_max")),
            ofTracks(SetKind.POOL, "r2dbc")
                    .with(
                            SetMetric.POOL_USE,
                            fullest("r2dbc_pool_acquired_connections", "r2dbc_pool_max_allocated_connections"))
                    .with(SetMetric.POOL_WAITING, sum("r2dbc_pool_pending_connections")),
            // Go's database/sql through client_golang's NewDBStatsCollector.
            ofTracks(SetKind.POOL, "go-sql")
                    .with(SetMetric.POOL_USE, fullest("go_sql_in_use_connections", "go_sql_max_open_connections"))
                    .with(SetMetric.POOL_TIMEOUTS, count("go_sql_wait_count_total")),
            shared(SetKind.POOL, "pgbouncer-exporter")
                    .with(
                            SetMetric.POOL_USE,
                            ratio(
                                    sum("pgbouncer_pools_server_active_connections"),
                                    sum("pgbouncer_databases_pool_size")))
                    .with(SetMetric.POOL_WAITING, sum("pgbouncer_pools_client_waiting_connections")),
            shared(SetKind.POOL, "postgres-exporter")
                    .with(SetMetric.POOL_USE, ratio(sum("pg_stat_activity_count"), max("pg_settings_max_connections"))),
            // The limits are cAdvisor's own.
            ofTracks(SetKind.RESOURCES, "cadvisor")
                    .with(
                            SetMetric.CPU_USE,
                            ratio(
                                    rate(CPU),
                                    quotients(
                                            Expr.Agg.SUM,
                                            "container_spec_cpu_quota" + REAL,
                                            "container_spec_cpu_period" + REAL)))
                    .with(SetMetric.MEMORY_USE, fullest(MEMORY, "container_spec_memory_limit_bytes" + REAL)),
            // The limits and restarts are kube-state-metrics': what kube-prometheus-stack scrapes.
            ofTracks(SetKind.RESOURCES, "kubernetes")
                    .with(SetMetric.CPU_USE, ratio(rate(CPU), sum(LIMITS + "{resource='cpu'}")))
                    .with(SetMetric.MEMORY_USE, ratio(sum(MEMORY), sum(LIMITS + "{resource='memory'}")))
                    .with(SetMetric.RESTARTS, count("kube_pod_container_status_restarts_total")),
            ofTracks(SetKind.RESOURCES, "node-exporter")
                    .with(
                            SetMetric.CPU_USE,
                            ratio(rate("node_cpu_seconds_total{mode!~'idle|iowait'}"), rate("node_cpu_seconds_total")))
                    .with(
                            SetMetric.MEMORY_USE,
                            rest(quotients(
                                    Expr.Agg.MIN, "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"))),
            // The JVM through Micrometer.
            ofTracks(SetKind.RESOURCES, "micrometer")
                    .with(SetMetric.CPU_USE, max("process_cpu_usage"))
                    .with(
                            SetMetric.MEMORY_USE,
                            ratio(sum("jvm_memory_used_bytes{area='heap'}"), sum("jvm_memory_max_bytes{area='heap'}"))),
            // Semantic conventions for generative AI, in development; fallbacks have none.
            ofTracks(SetKind.AI, "opentelemetry")
                    .with(
                            SetMetric.AI_ERROR_RATE,
                            share(
                                    "gen_ai_client_operation_duration_seconds_count{error_type!=''}",
                                    "gen_ai_client_operation_duration_seconds_count"))
                    .with(SetMetric.AI_LATENCY, quantile("gen_ai_client_operation_duration_seconds")),
            // The proxy before the model.
            shared(SetKind.AI, "litellm")
                    .with(
                            SetMetric.AI_ERROR_RATE,
                            share(
                                    "litellm_deployment_failure_responses_total",
                                    "litellm_deployment_total_requests_total"))
                    .with(
                            SetMetric.AI_FALLBACK_RATE,
                            ratio(
                                    plus(
                                            orZero(count("litellm_deployment_successful_fallbacks_total")),
                                            orZero(count("litellm_deployment_failed_fallbacks_total"))),
                                    count("litellm_proxy_total_requests_metric_total")))
                    .with(SetMetric.AI_LATENCY, quantile("litellm_llm_api_latency_metric")),
            // The circuit breaker around the call.
            ofTracks(SetKind.AI, "resilience4j")
                    .with(
                            SetMetric.AI_ERROR_RATE,
                            share(
                                    "resilience4j_circuitbreaker_calls_seconds_count{kind='failed'}",
                                    "resilience4j_circuitbreaker_calls_seconds_count")),
            // Names of the service's own: outcome is success, error or fallback.
            ofTracks(SetKind.AI, "app")
                    .with(SetMetric.AI_ERROR_RATE, share("ai_requests_total{outcome='error'}", "ai_requests_total"))
                    .with(
                            SetMetric.AI_FALLBACK_RATE,
                            share("ai_requests_total{outcome='fallback'}", "ai_requests_total"))
                    .with(SetMetric.AI_LATENCY, quantile("ai_request_duration_seconds")),
            // No exporter agrees with another on what was kept out: these are the service's own names, and its
            // statuses.
            ofTracks(SetKind.SECURITY, "http").with(SetMetric.AUTH_FAILURE_RATE, refused()),
            ofTracks(SetKind.SECURITY, "app")
                    .with(SetMetric.JWT_REPLAYS, count("jwt_replay_blocked_total"))
                    .with(SetMetric.CORS_DENIED, count("cors_denied_total"))
                    .with(SetMetric.AUTH_FAILURE_RATE, refused()));

    private Exporters() {}

    private static Exporter http(String name, String requests, String status, String duration) {
        return Exporter.http(name, new HttpNames(requests, status, "5..", duration, 1));
    }

    private static Exporter millis(String name, String requests, String status, String duration) {
        return Exporter.http(name, new HttpNames(requests, status, "5..", duration, 0.001));
    }

    private static Formula refused() {
        return Formula.of(s -> Expr.ratio(
                Expr.orZero(Expr.increase(s.answered("401|403"))),
                Expr.increase(s.named().apply(s.http().requests()))));
    }

    public static List<Exporter> all() {
        return ALL;
    }

    public static Optional<Exporter> named(SetKind kind, String name) {
        return ALL.stream()
                .filter(e -> e.kind() == kind && e.name().equals(name))
                .findFirst();
    }

    public static List<String> names(SetKind kind) {
        return ALL.stream().filter(e -> e.kind() == kind).map(Exporter::name).toList();
    }
}
