package io.jenkins.plugins.canary.engine.metric.set;

import static io.jenkins.plugins.canary.engine.metric.set.Formula.increase;

import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import java.util.List;

/** Calls of a model, seen from the service and from the proxy before the model. */
final class AiExporters {

    static final List<Exporter> ALL = List.of(
            // Semantic conventions for generative AI, in development; fallbacks have none.
            Exporter.ofTracks(SetKind.AI, "opentelemetry")
                    .with(
                            SetMetric.AI_ERROR_RATE,
                            Formula.share(
                                    "gen_ai_client_operation_duration_seconds_count",
                                    "error_type",
                                    Matcher.Op.NOT_EQUAL,
                                    ""))
                    .with(SetMetric.AI_LATENCY, Formula.quantile("gen_ai_client_operation_duration_seconds", 1)),
            Exporter.shared(SetKind.AI, "litellm")
                    .with(
                            SetMetric.AI_ERROR_RATE,
                            Formula.of(s -> new Expr.Ratio(
                                    new Expr.OrZero(increase(s.named("litellm_deployment_failure_responses_total"))),
                                    increase(s.named("litellm_deployment_total_requests_total")))))
                    .with(
                            SetMetric.AI_FALLBACK_RATE,
                            Formula.of(s -> new Expr.Ratio(
                                    new Expr.Plus(
                                            new Expr.OrZero(
                                                    increase(s.named("litellm_deployment_successful_fallbacks_total"))),
                                            new Expr.OrZero(
                                                    increase(s.named("litellm_deployment_failed_fallbacks_total")))),
                                    increase(s.named("litellm_proxy_total_requests_metric_total")))))
                    .with(SetMetric.AI_LATENCY, Formula.quantile("litellm_llm_api_latency_metric", 1)),
            // The circuit breaker around the call.
            Exporter.ofTracks(SetKind.AI, "resilience4j")
                    .with(
                            SetMetric.AI_ERROR_RATE,
                            Formula.share(
                                    "resilience4j_circuitbreaker_calls_seconds_count",
                                    "kind",
                                    Matcher.Op.EQUAL,
                                    "failed")),
            // Names of the service's own: outcome is success, error or fallback.
            Exporter.ofTracks(SetKind.AI, "app")
                    .with(SetMetric.AI_ERROR_RATE, outcome("error"))
                    .with(SetMetric.AI_FALLBACK_RATE, outcome("fallback"))
                    .with(SetMetric.AI_LATENCY, Formula.quantile("ai_request_duration_seconds", 1)));

    private AiExporters() {}

    private static Formula outcome(String outcome) {
        return Formula.share("ai_requests_total", "outcome", Matcher.Op.EQUAL, outcome);
    }
}
