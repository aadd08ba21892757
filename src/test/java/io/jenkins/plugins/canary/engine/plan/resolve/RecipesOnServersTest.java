package io.jenkins.plugins.canary.engine.plan.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.testing.EvidenceServers;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes whose servers a Debian machine can have, on those servers; skipped by name without. */
class RecipesOnServersTest {

    @TempDir
    Path dir;

    private static MetricSource open(String metric) throws Exception {
        CanaryPlan plan = new PlanResolver(BasePlans.NONE, List.of()).read(RecipesTest.plan(metric));
        return new MetricSources()
                .open(plan.metrics(), SourceContext.of(new Target("shop", "basket"), "v2", SampleMetrics.NO_SECRETS));
    }

    private static Reading read(MetricSource source, Track track) {
        return SampleMetrics.read(source, SampleMetrics.query("m", track), Instant.now());
    }

    @Test
    void influxdb() throws Exception {
        try (ServerProcess server = EvidenceServers.influxdb(dir)) {
            long seconds = Instant.now().getEpochSecond();
            EvidenceServers.post(
                    server.uri().resolve("/write?db=shop&precision=s"),
                    "text/plain",
                    "requests,version=v2 latency=0.2 %d\nrequests,version=v2 latency=0.4 %d\nrequests,version=v1 latency=9 %d\n"
                            .formatted(seconds - 20, seconds - 10, seconds - 10));
            String metric = "{ unit: count, recipe: influxql, with: { url: \"" + server.uri() + "\", database: %s,"
                    + " query: \"SELECT mean(latency) FROM requests WHERE version = '%s'\" } }";
            assertEquals(
                    0.3,
                    read(open(metric.formatted("shop", "{{version}}")), Track.CANARY)
                            .value(),
                    1e-9);
            assertEquals(
                    Reading.Status.NO_DATA,
                    read(open(metric.formatted("shop", "v3")), Track.CANARY).status());
            Reading none = read(open(metric.formatted("basket", "v2")), Track.CANARY);
            assertEquals(Reading.Status.UNAVAILABLE, none.status());
            assertTrue(none.detail().contains("database not found"), none.detail());
        }
    }
}
