package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is wrong with where a plan's metrics come from, beside single keys. */
class MetricsErrorsTest {

    private static final String SOURCE = "prometheus: { url: \"http://prometheus:9090\", interval: 15s }";

    @Test
    void metricsWithoutASourceAreReportedAtEachUse() {
        List<Problem> problems = PlanReader.check(
                        PlanTexts.sound(SOURCE, "window: 2m").replace("  window: 1m\n", ""))
                .problems();
        assertEquals(
                List.of("metrics.custom.carts.query", "gate[0].metric", "gate[1].metric", "abort[0].metric"),
                problems.stream().map(Problem::path).toList());
        assertTrue(problems.get(1).remedy().contains("add metrics.prometheus or metrics.scrape"));
    }

    @Test
    void builtInMetricsOfAPrometheusNeedLabels() {
        String text = PlanTexts.sound("  labels: { canary: 'version=\"v2\"', stable: 'version=\"v1\"' }\n", "")
                .replaceFirst("  custom:\n.*\n", "");
        List<Problem> problems = PlanReader.check(text).problems();
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).message().startsWith("labels are missing, so success-rate would be read from both"));
    }

    @Test
    void aMistakeInTheLabelsIsSaidOnce() {
        String text = PlanTexts.sound("stable: 'version=\"v1\"' }", "stable: 'version=\"v1\"', pods: pod }");
        List<Problem> problems = PlanReader.check(text).problems();
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).message().startsWith("unknown key 'pods'"), problems.toString());
    }

    @Test
    void labelsInAQueryNeedLabelsInThePlan() {
        String text = PlanTexts.sound("  labels: { canary: 'version=\"v2\"', stable: 'version=\"v1\"' }\n", "");
        List<Problem> problems = PlanReader.check(text).problems();
        assertEquals(
                List.of("metrics", "metrics.custom.carts.query"),
                problems.stream().map(Problem::path).toList());
        assertTrue(problems.get(1).message().startsWith("{{labels}} stands for nothing"));
    }

    @Test
    void oneSourceOnly() {
        String text = PlanTexts.named("scrape.yaml")
                .replace("  scrape:", "  prometheus: { url: \"http://p:9090\" }\n  scrape:");
        assertTrue(PlanReader.check(text).problems().toString().contains("error metrics.scrape: a plan reads its"));
    }

    @Test
    void anEndpointBelongsToOneVersion() {
        String text = PlanTexts.named("scrape.yaml").replace("127.0.0.1:9003", "127.0.0.1:9002");
        assertTrue(PlanReader.check(text).problems().toString().contains("an endpoint is in both lists"));
    }

    @Test
    void endpointsAreCounted() {
        String many = IntStream.range(0, 101)
                .mapToObj(i -> "http://10.0.0." + i + ":9100/metrics")
                .collect(Collectors.joining("\", \"", "\"", "\""));
        String text = PlanTexts.named("scrape.yaml").replaceFirst("canary: *\\[.*?\\]", "canary: [" + many + "]");
        assertTrue(
                PlanReader.check(text).problems().toString().contains("101 endpoints are listed"),
                PlanReader.check(text).problems().toString());
        String fewer = text.replace(", \"http://10.0.0.100:9100/metrics\"", "");
        assertEquals(
                List.of(),
                PlanReader.check(fewer).problems().stream()
                        .filter(p -> p.toString().contains("listed"))
                        .toList());
    }
}
