package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code metrics.interval}, and that of a source. */
class TickIntervalTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    { }                                                              | 15
                    { interval: 1m }                                                 | 60
                    { interval: 1m, prometheus: { url: "http://p" } }                | 60
                    { interval: 1m, prometheus: { url: "http://p", interval: 30s } } | 30
                    """)
    void ticksComeAsOftenAsThePlanSays(String metrics, int seconds) throws PlanException {
        CanaryPlan plan = PlanReader.read("""
                name: shop
                traffic: { fake: {} }
                metrics: %s
                phases: [ { name: Full, weight: 100 } ]
                """.formatted(metrics));
        assertEquals(Duration.ofSeconds(seconds), plan.metrics().interval());
        assertEquals(Duration.ofSeconds(seconds), plan.metrics().scrapeInterval());
    }
}
