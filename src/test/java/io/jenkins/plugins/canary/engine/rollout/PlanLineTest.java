package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan that is accepted makes a first line that the journal's reader takes back; a plan that would not is refused. */
class PlanLineTest {

    @TempDir
    private Path dir;

    /** Few bytes that come to many: one long selector, put into one query many times, read over many windows. */
    private static String plan(int times, int windows) {
        StringBuilder gate = new StringBuilder();
        for (int i = 1; i <= windows; i++) {
            gate.append("  - { metric: long, max: ")
                    .append(i)
                    .append(", window: ")
                    .append(i + 60)
                    .append("s }\n");
        }
        return "name: shop\ntraffic: { local: { control: http://127.0.0.1:9100 } }\n"
                + "metrics:\n  prometheus: { url: http://127.0.0.1:9090 }\n  labels: { canary: 'version=\""
                + "v".repeat(900)
                + "\"', stable: 'version=\"v1\"' }\n  custom:\n    long: { unit: count, query: 'sum("
                + "x{{{labels}}}[{{window}}] + ".repeat(times) + "1)' }\n"
                + "phases: [ { name: A, weight: 5, hold: 5m } ]\ngate:\n" + gate;
    }

    private static String firstError(PlanReader.Result result) {
        return result.plan() != null ? null : result.problems().get(0).toString();
    }

    @Test
    void aSmallPlanThatComesToMegabytesIsRefusedWhereItIsRead() {
        String text = plan(200, 50);
        assertTrue(text.length() < 27_000, "the plan has " + text.length());
        String error = firstError(PlanReader.check(text));
        assertTrue(error != null && error.contains("metrics: the queries have more than 1048576 characters"), error);
        assertTrue(error.contains("use fewer metrics and windows, shorter labels"), error);
    }

    @Test
    void aTickReadsAThousandValuesAndNoMore() {
        String error = firstError(PlanReader.check(plan(0, 1_001)));
        assertTrue(error != null && error.contains("phases[0]: a tick would read 1001 values"), error);
        assertNull(firstError(PlanReader.check(plan(0, 1_000))));
    }

    @Test
    void whatIsAcceptedIsALineThatIsTakenBack() throws Exception {
        String text = plan(20, 50) + "# " + "\u20ac".repeat(900_000) + "\n";
        CanaryPlan plan = PlanReader.read(text);
        Map<String, String> queries = new LinkedHashMap<>();
        try (MetricSource source =
                new MetricSources().open(plan.metrics(), SourceContext.of(plan.target(), "v2", ref -> ""))) {
            plan.queries(0).forEach(q -> queries.put(q.key(), source.describe(q)));
        }
        assertTrue(queries.values().stream().mapToInt(String::length).sum() > 900_000, "not much was filled in");
        RolloutEvent started =
                new RolloutEvent.Started(1, "r1", "shop", "v2", text, AdvanceMode.AUTOMATIC, "job #1", "ada", queries);
        Path file = dir.resolve("shop.jsonl");
        try (FileJournal journal = FileJournal.open(file, event -> {})) {
            journal.append(List.of(started));
        }
        assertTrue(Files.size(file) > 3_500_000, "a line of " + Files.size(file));
        List<RolloutEvent> read = new ArrayList<>();
        FileJournal.read(file, read::add);
        assertEquals(List.of(started), read);
    }
}
