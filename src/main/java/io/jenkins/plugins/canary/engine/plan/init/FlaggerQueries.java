package io.jenkins.plugins.canary.engine.plan.init;

import java.util.Arrays;
import java.util.List;

/**
 * What Flagger 1.44 asks Prometheus for its built-in metrics, by provider: the requests that did not fail, in percent, and the
 * 99th percentile of their durations (for NGINX the mean) in milliseconds.
 *
 * @param counter of requests
 * @param matchers of the canary's series, with NAMESPACE, TARGET, SERVICE and INGRESS in their places
 * @param good what a request that did not fail meets
 * @param duration a histogram, without {@code _bucket}
 * @param factor from the histogram's unit to milliseconds
 * @param mean whether the mean is asked for, not the 99th percentile
 */
record FlaggerQueries(
        List<String> providers,
        String counter,
        String matchers,
        String good,
        String duration,
        int factor,
        boolean mean) {

    private static final String ENVOY = "envoy_cluster_upstream_rq";
    private static final String OK = "envoy_response_code!~\"5.*\"";
    private static final String ANY = "[0-9a-zA-Z-]+";

    private static final List<FlaggerQueries> ALL = List.of(
            of(
                    "istio",
                    "istio_requests_total",
                    "reporter=\"destination\", destination_workload_namespace=\"NAMESPACE\", destination_workload=~\"TARGET\"",
                    "response_code!~\"5.*\"",
                    "istio_request_duration_milliseconds",
                    1),
            of(
                    "kubernetes gatewayapi:v1 gatewayapi:v1beta1 gatewayapi:v1alpha2 gatewayapi",
                    "http_request_duration_seconds_count",
                    "kubernetes_namespace=\"NAMESPACE\", kubernetes_pod_name=~\"TARGET-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)\"",
                    "status!~\"5.*\"",
                    "http_request_duration_seconds",
                    1000),
            of(
                    "linkerd",
                    "response_total",
                    "namespace=\"NAMESPACE\", deployment=~\"TARGET\", direction=\"inbound\"",
                    "classification!=\"failure\"",
                    "response_latency_ms",
                    1),
            new FlaggerQueries(
                    List.of("nginx"),
                    "nginx_ingress_controller_requests",
                    "namespace=\"NAMESPACE\", ingress=\"INGRESS\", canary!=\"\"",
                    "status!~\"5.*\"",
                    "nginx_ingress_controller_response_duration_seconds",
                    1000,
                    true),
            of(
                    "traefik",
                    "traefik_service_request_duration_seconds_count",
                    "service=~\"NAMESPACE-TARGET-canary-" + ANY + "@kubernetescrd\"",
                    "code!~\"5..\"",
                    "traefik_service_request_duration_seconds",
                    1000),
            of(
                    "contour",
                    ENVOY,
                    "envoy_cluster_name=~\"NAMESPACE_SERVICE-canary_" + ANY + "\"",
                    OK,
                    ENVOY + "_time",
                    1),
            of(
                    "gloo",
                    ENVOY,
                    "envoy_cluster_name=~\"NAMESPACE-TARGET-canaryupstream-" + ANY + "_" + ANY + "\"",
                    OK,
                    ENVOY + "_time",
                    1),
            of("kuma", ENVOY, "service=~\"TARGET-canary_NAMESPACE_svc_" + ANY + "\"", OK, ENVOY + "_time", 1));

    private static FlaggerQueries of(
            String providers, String counter, String matchers, String good, String duration, int factor) {
        return new FlaggerQueries(
                Arrays.asList(providers.split(" ")), counter, matchers, good, duration, factor, false);
    }

    /** Null for a provider that is not known here. */
    static FlaggerQueries of(String provider) {
        return ALL.stream()
                .filter(q -> q.providers.contains(provider))
                .findFirst()
                .orElse(null);
    }

    /** In percent. */
    String successRate(String window) {
        return "100 * sum(rate(" + counter + "{" + matchers + ", " + good + "}[" + window + "])) / sum(rate(" + counter
                + "{" + matchers + "}[" + window + "]))";
    }

    /** In milliseconds. */
    String latency(String window) {
        String series = "{" + matchers + "}[" + window + "]";
        String seconds = mean
                ? "sum(rate(" + duration + "_sum" + series + ")) / sum(rate(" + duration + "_count" + series + "))"
                : "histogram_quantile(0.99, sum by (le) (rate(" + duration + "_bucket" + series + ")))";
        return factor == 1 ? seconds : factor + " * " + seconds;
    }
}
