package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.metric.HttpNames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Series as the exporters give them, with their labels, of a canary (version v2) and beside it of a stable version with
 * other values that must not be mixed in; and what each metric follows to be over five minutes.
 */
final class ExporterSeries {

    /** Value at a second, by series. */
    static final Map<String, DoubleUnaryOperator> ALL = new LinkedHashMap<>();

    /** In the metric's unit; for HTTP the same with every exporter. */
    static final Map<String, Double> EXPECTED = new LinkedHashMap<>();

    private ExporterSeries() {}

    static {
        Exporters.all().stream().filter(e -> e.http() != null).forEach(e -> http(e.http()));
        expect("http success-rate", 0.95);
        expect("http error-rate", 0.05);
        expect("http 5xx-rate", 0.05);
        // Of 100 a second 20 are a tester's; of the other 80, 4 were refused.
        expect("http 429-rate", 0.05);
        expect("http request-rate", 100);
        expect("http latency", 0.075);
        limiter();
        pool();
        resources();
        ai();
        security();
    }

    private static void http(HttpNames n) {
        String requests = n.requests();
        for (String version : new String[] {"v1", "v2"}) {
            double times = version.equals("v2") ? 1 : 7;
            count(requests + "{version=\"" + version + "\",client=\"web\"," + n.status() + "=\"200\"}", 71 * times);
            count(requests + "{version=\"" + version + "\",client=\"web\"," + n.status() + "=\"429\"}", 4);
            count(requests + "{version=\"" + version + "\",client=\"web\"," + n.status() + "=\"503\"}", 5);
            count(requests + "{version=\"" + version + "\",client=\"k6\"," + n.status() + "=\"429\"}", 20);
            // Half of the requests take 50 to 100 ms, the others less: halfway between p0 and the bucket's end.
            double unit = n.durationUnit();
            bucket(n.duration(), version, 0.05 / unit, 25 * times);
            bucket(n.duration(), version, 0.1 / unit, 75 * times);
            bucket(n.duration(), version, Double.POSITIVE_INFINITY, 100 * times);
        }
    }

    private static void bucket(String name, String version, double bound, double perSecond) {
        String le = Double.isInfinite(bound) ? "+Inf" : String.valueOf(bound);
        count(name + "_bucket{version=\"" + version + "\",le=\"" + le + "\"}", perSecond);
    }

    private static void limiter() {
        String redis = "{job=\"shared\",instance=\"redis:9121\"";
        count("redis_errors_total" + redis + ",err=\"ERR\"}", 0.02);
        count("redis_errors_total" + redis + ",err=\"NOSCRIPT\"}", 5);
        count("redis_rejected_connections_total" + redis + "}", 0.01);
        expect("limiter redis-exporter limiter-errors", 9);
        count("redis_commands_duration_seconds_total" + redis + ",cmd=\"evalsha\"}", 0.03);
        count("redis_commands_total" + redis + ",cmd=\"evalsha\"}", 10);
        expect("limiter redis-exporter limiter-latency", 0.003);
        count("redis_evicted_keys_total" + redis + "}", 0.1);
        expect("limiter redis-exporter limiter-evictions", 30);
        histogram("lettuce_command_completion_seconds", 0.002, 0.004);
        expect("limiter lettuce limiter-latency", 0.003);
        count("limiter_redis_errors_total{version=\"v2\"}", 0.02);
        count("limiter_redis_errors_total{version=\"v1\"}", 3);
        expect("limiter app limiter-errors", 6);
        histogram("limiter_redis_duration_seconds", 0.004, 0.008);
        expect("limiter app limiter-latency", 0.006);
    }

    /** Half of the canary's observations below {@code low}, half up to {@code high}; stable's are all slow. */
    private static void histogram(String name, double low, double high) {
        bucket(name, "v2", low, 25);
        bucket(name, "v2", high, 75);
        bucket(name, "v2", Double.POSITIVE_INFINITY, 100);
        bucket(name, "v1", high, 0);
        bucket(name, "v1", Double.POSITIVE_INFINITY, 900);
    }

    private static void pool() {
        pair("hikaricp_connections_active", "hikaricp_connections_max");
        expect("pool hikaricp pool-use", 0.85);
        gauge("hikaricp_connections_pending{version=\"v2\",pod=\"a\",pool=\"p\"}", 3);
        gauge("hikaricp_connections_pending{version=\"v2\",pod=\"b\",pool=\"p\"}", 1);
        gauge("hikaricp_connections_pending{version=\"v1\",pod=\"c\",pool=\"p\"}", 9);
        expect("pool hikaricp pool-waiting", 4);
        both("hikaricp_connections_timeout_total", 0.02);
        expect("pool hikaricp pool-timeouts", 6);
        pair("hikaricp_active_connections", "hikaricp_max_connections");
        expect("pool hikaricp-prometheus pool-use", 0.85);
        gauge("hikaricp_pending_threads{version=\"v2\",pool=\"p\"}", 2);
        expect("pool hikaricp-prometheus pool-waiting", 2);
        both("hikaricp_connection_timeout_total", 0.01);
        expect("pool hikaricp-prometheus pool-timeouts", 3);
        pair("jdbc_connections_active", "jdbc_connections_max");
        expect("pool spring-jdbc pool-use", 0.85);
        pair("r2dbc_pool_acquired_connections", "r2dbc_pool_max_allocated_connections");
        expect("pool r2dbc pool-use", 0.85);
        gauge("r2dbc_pool_pending_connections{version=\"v2\",name=\"p\"}", 5);
        expect("pool r2dbc pool-waiting", 5);
        pair("go_sql_in_use_connections", "go_sql_max_open_connections");
        expect("pool go-sql pool-use", 0.85);
        both("go_sql_wait_count_total", 0.05);
        expect("pool go-sql pool-timeouts", 15);
        String bouncer = "{job=\"shared\",";
        gauge("pgbouncer_pools_server_active_connections" + bouncer + "database=\"a\",user=\"u\"}", 12);
        gauge("pgbouncer_databases_pool_size" + bouncer + "name=\"a\",host=\"h\"}", 20);
        gauge("pgbouncer_pools_client_waiting_connections" + bouncer + "database=\"a\",user=\"u\"}", 7);
        expect("pool pgbouncer-exporter pool-use", 0.6);
        expect("pool pgbouncer-exporter pool-waiting", 7);
        gauge("pg_stat_activity_count" + bouncer + "datname=\"a\",state=\"active\"}", 30);
        gauge("pg_stat_activity_count" + bouncer + "datname=\"a\",state=\"idle\"}", 45);
        gauge("pg_settings_max_connections{job=\"shared\"}", 100);
        expect("pool postgres-exporter pool-use", 0.75);
    }

    /** Two pods, 17 and 10 of 20; a pool without a limit, which is full of nothing; and stable's, which is full. */
    private static void pair(String part, String whole) {
        gauge(part + "{version=\"v2\",pod=\"a\",pool=\"p\"}", 17);
        gauge(whole + "{version=\"v2\",pod=\"a\",pool=\"p\"}", 20);
        gauge(part + "{version=\"v2\",pod=\"b\",pool=\"p\"}", 10);
        gauge(whole + "{version=\"v2\",pod=\"b\",pool=\"p\"}", 20);
        gauge(part + "{version=\"v2\",pod=\"b\",pool=\"boundless\"}", 3);
        gauge(whole + "{version=\"v2\",pod=\"b\",pool=\"boundless\"}", 0);
        gauge(part + "{version=\"v1\",pod=\"c\",pool=\"p\"}", 20);
        gauge(whole + "{version=\"v1\",pod=\"c\",pool=\"p\"}", 20);
    }

    private static void resources() {
        String c = "{version=\"v2\",pod=\"a\",container=\"api\"";
        count("container_cpu_usage_seconds_total" + c + "}", 0.7);
        count("container_cpu_usage_seconds_total{version=\"v2\",pod=\"a\",container=\"POD\"}", 9);
        count("container_cpu_usage_seconds_total{version=\"v2\",pod=\"a\",container=\"\"}", 9);
        gauge("container_spec_cpu_quota" + c + "}", 200_000);
        gauge("container_spec_cpu_period" + c + "}", 100_000);
        expect("resources cadvisor cpu-use", 0.35);
        gauge("container_memory_working_set_bytes" + c + "}", 600);
        gauge("container_memory_working_set_bytes{version=\"v2\",pod=\"a\",container=\"POD\"}", 9_000);
        gauge("container_spec_memory_limit_bytes" + c + "}", 1_000);
        expect("resources cadvisor memory-use", 0.6);
        gauge("kube_pod_container_resource_limits" + c + ",resource=\"cpu\",unit=\"core\"}", 1);
        gauge("kube_pod_container_resource_limits" + c + ",resource=\"memory\",unit=\"byte\"}", 1_200);
        expect("resources kubernetes cpu-use", 0.7);
        expect("resources kubernetes memory-use", 0.5);
        both("kube_pod_container_status_restarts_total", 0.01);
        expect("resources kubernetes restarts", 3);
        count("node_cpu_seconds_total{version=\"v2\",cpu=\"0\",mode=\"user\"}", 0.5);
        count("node_cpu_seconds_total{version=\"v2\",cpu=\"0\",mode=\"system\"}", 0.1);
        count("node_cpu_seconds_total{version=\"v2\",cpu=\"0\",mode=\"iowait\"}", 0.1);
        count("node_cpu_seconds_total{version=\"v2\",cpu=\"0\",mode=\"idle\"}", 0.3);
        expect("resources node-exporter cpu-use", 0.6);
        gauge("node_memory_MemAvailable_bytes{version=\"v2\",host=\"a\"}", 400);
        gauge("node_memory_MemTotal_bytes{version=\"v2\",host=\"a\"}", 1_000);
        gauge("node_memory_MemAvailable_bytes{version=\"v2\",host=\"b\"}", 900);
        gauge("node_memory_MemTotal_bytes{version=\"v2\",host=\"b\"}", 1_000);
        expect("resources node-exporter memory-use", 0.6);
        gauge("process_cpu_usage{version=\"v2\",pod=\"a\"}", 0.2);
        gauge("process_cpu_usage{version=\"v2\",pod=\"b\"}", 0.4);
        expect("resources micrometer cpu-use", 0.4);
        gauge("jvm_memory_used_bytes{version=\"v2\",area=\"heap\",id=\"G1 Old Gen\"}", 700);
        gauge("jvm_memory_used_bytes{version=\"v2\",area=\"nonheap\",id=\"Metaspace\"}", 5_000);
        gauge("jvm_memory_max_bytes{version=\"v2\",area=\"heap\",id=\"G1 Old Gen\"}", 1_000);
        expect("resources micrometer memory-use", 0.7);
    }

    private static void ai() {
        count("gen_ai_client_operation_duration_seconds_count{version=\"v2\",gen_ai_request_model=\"m\"}", 9);
        count("gen_ai_client_operation_duration_seconds_count{version=\"v2\",error_type=\"timeout\"}", 1);
        expect("ai opentelemetry ai-error-rate", 0.1);
        histogram("gen_ai_client_operation_duration_seconds", 1, 2);
        expect("ai opentelemetry ai-latency", 1.5);
        String proxy = "{job=\"shared\",requested_model=\"m\"}";
        count("litellm_deployment_failure_responses_total" + proxy, 0.4);
        count("litellm_deployment_total_requests_total" + proxy, 8);
        expect("ai litellm ai-error-rate", 0.05);
        count("litellm_deployment_successful_fallbacks_total" + proxy, 0.6);
        count("litellm_deployment_failed_fallbacks_total" + proxy, 0.2);
        count("litellm_proxy_total_requests_metric_total" + proxy, 8);
        expect("ai litellm ai-fallback-rate", 0.1);
        count("litellm_llm_api_latency_metric_bucket{job=\"shared\",le=\"1.0\"}", 25);
        count("litellm_llm_api_latency_metric_bucket{job=\"shared\",le=\"2.0\"}", 75);
        count("litellm_llm_api_latency_metric_bucket{job=\"shared\",le=\"+Inf\"}", 100);
        expect("ai litellm ai-latency", 1.5);
        count("resilience4j_circuitbreaker_calls_seconds_count{version=\"v2\",name=\"ai\",kind=\"successful\"}", 19);
        count("resilience4j_circuitbreaker_calls_seconds_count{version=\"v2\",name=\"ai\",kind=\"failed\"}", 1);
        expect("ai resilience4j ai-error-rate", 0.05);
        count("ai_requests_total{version=\"v2\",outcome=\"success\"}", 16);
        count("ai_requests_total{version=\"v2\",outcome=\"error\"}", 1);
        count("ai_requests_total{version=\"v2\",outcome=\"fallback\"}", 3);
        count("ai_requests_total{version=\"v1\",outcome=\"fallback\"}", 300);
        expect("ai app ai-error-rate", 0.05);
        expect("ai app ai-fallback-rate", 0.15);
        histogram("ai_request_duration_seconds", 2, 4);
        expect("ai app ai-latency", 3);
    }

    private static void security() {
        both("jwt_replay_blocked_total", 0.1);
        expect("security app jwt-replays", 30);
        both("cors_denied_total", 0.2);
        expect("security app cors-denied", 60);
        count("app_requests_total{version=\"v2\",status=\"200\"}", 97);
        count("app_requests_total{version=\"v2\",status=\"401\"}", 2);
        count("app_requests_total{version=\"v2\",status=\"403\"}", 1);
        count("app_requests_total{version=\"v1\",status=\"403\"}", 50);
        expect("security http auth-failure-rate", 0.03);
        expect("security app auth-failure-rate", 0.03);
    }

    private static void both(String counter, double perSecond) {
        count(counter + "{version=\"v2\",pod=\"a\"}", perSecond);
        count(counter + "{version=\"v1\",pod=\"c\"}", 77);
    }

    private static void count(String series, double perSecond) {
        ALL.put(series, t -> 1_000_000 + perSecond * t);
    }

    private static void gauge(String series, double value) {
        ALL.put(series, t -> value);
    }

    private static void expect(String metric, double value) {
        EXPECTED.put(metric, value);
    }
}
