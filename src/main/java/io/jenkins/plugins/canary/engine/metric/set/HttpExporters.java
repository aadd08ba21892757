package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.metric.HttpNames;
import java.util.List;

/** How the requests of a service are counted and timed by what people put into it or before it. */
final class HttpExporters {

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
