package io.jenkins.plugins.canary.engine.plan.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.judge.Detectability;
import io.jenkins.plugins.canary.engine.judge.LatencyPower;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.read.PlanTexts;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PowerAnalysisTest {

    private static final LatencyPower LATENCY = new LatencyPower(0.06, 0.3);

    private static List<PowerAnalysis.Line> of(double requestsPerSecond, String gate) throws PlanException {
        String text = PlanTexts.SOUND.replaceAll("(?s)gate:.*abort:", "gate:\n" + gate + "abort:");
        return new PowerAnalysis(new Detectability(requestsPerSecond, 0.0005), LATENCY, 0.01).of(PlanReader.read(text));
    }

    @Test
    void aBlindPhaseIsToldWhatWouldSee() throws PlanException {
        List<PowerAnalysis.Line> lines = of(2, "  - { metric: error-rate, versusStable: { test: counts } }\n");
        assertEquals(
                List.of("One", "Two"),
                lines.stream().map(PowerAnalysis.Line::phase).toList(),
                "not the phase at 100%");
        PowerAnalysis.Line one = lines.get(0);
        assertTrue(
                one.says().startsWith("10% for 5 min at 2/s: 60 requests; only a rise of the error rate above "),
                one.says());
        assertTrue(one.caught() > 0.05, one.says());
        assertTrue(
                one.warning().matches("blind to an error rate of 1%: hold for 1h19m, with \\{ test: counts }"),
                one.warning());
        assertNull(of(500, "  - { metric: error-rate, versusStable: { test: counts } }\n")
                .get(0)
                .warning());
    }

    @Test
    void aBreakdownSaysHowManyRequestsAValueNeeds() throws PlanException {
        PowerAnalysis.Line line = of(500, "  - { metric: error-rate, by: route, versusStable: { test: sequential } }\n")
                .get(0);
        assertTrue(
                line.says()
                        .matches("a value of route needs [0-9,]+ requests of the canary in 5 min, [0-9.]+% of all;.*"),
                line.says());
        assertTrue(line.falseStops() <= 0.0101, line.says());
        assertNull(line.warning());
        PowerAnalysis.Line limit = of(500, "  - { metric: error-rate, by: route, minRequests: 600, max: 0.4% }\n")
                .get(0);
        assertTrue(
                limit.says().startsWith("a value of route needs 600 requests of the canary in 1 min, 20% of all"),
                limit.says());
        PowerAnalysis.Line few =
                of(2, "  - { metric: error-rate, by: route, max: 1% }\n").get(0);
        assertTrue(few.warning().startsWith("blind to each value of route: "), few.warning());
        assertTrue(
                limit.cells().harm().endsWith(", each route with 600 requests"),
                limit.cells().harm());
    }

    @Test
    void aLimitThatGoodReleasesBreakIsWarnedOf() throws PlanException {
        PowerAnalysis.Line line =
                of(20, "  - { metric: 5xx-rate, max: 0.1% }\n").get(1);
        assertTrue(line.falseStops() > 0.5, line.says());
        assertTrue(line.warning().contains("a good release fails this in "), line.warning());
    }

    @Test
    void nobodyKnowsHowManyRequestsACohortSends() throws PlanException {
        String text = PlanTexts.sound(
                "{ name: One, weight: 10, hold: 5m }",
                "{ name: One, match: { header: { name: X-Canary, value: always } }, hold: 5m }");
        List<PowerAnalysis.Line> lines =
                new PowerAnalysis(new Detectability(20, 0.0005), LATENCY, 0.01).of(PlanReader.read(text));
        assertTrue(lines.stream().noneMatch(line -> line.phase().equals("One")));
    }

    @Test
    void noErrorsAllowedIsALimitToo() throws PlanException {
        PowerAnalysis.Line line = of(20, "  - { metric: errors, max: 0 }\n").get(0);
        // 600 requests at 10% in five minutes: all of them good with probability 0.9995^600.
        assertEquals(1 - Math.pow(0.9995, 600), line.falseStops(), 1e-9);
    }

    @Test
    void aFarLimitOnLatencyIsBlindWhateverTheHold() throws PlanException {
        PowerAnalysis.Line line =
                of(20, "  - { metric: latency, quantile: 0.99, max: 3s }\n").get(0);
        assertTrue(line.caught() > 5, line.says());
        assertTrue(line.warning().contains("the limit is far above the usual 300 ms"), line.warning());
    }

    @Test
    void aGateThatLooksAtNeitherErrorsNorLatencyIsBlind() throws PlanException {
        PowerAnalysis.Line line =
                of(20, "  - { metric: request-rate, min: 1 }\n").get(0);
        assertTrue(line.warning().startsWith("the phase is blind: add "), line.warning());
    }

    @Test
    void slowRequestsAreCountedAgainstTheirOwnUsualShare() throws PlanException {
        String gate = "  - { metric: slow-rate, quantile: 0.99, versusStable: { test: counts } }\n";
        PowerAnalysis.Line many = of(200, gate).get(0);
        assertTrue(many.caught() > 0.01 && many.caught() < 0.03, many.says());
        assertTrue(many.says().contains("slow requests above") && many.says().contains("(usually 1%)"), many.says());
        assertNull(many.warning());
        assertTrue(of(2, gate).get(0).warning().startsWith("blind to three times as many slow requests"));
    }

    /** A quantile of log-normal values strays as far as the formula says. */
    @Test
    void theNoiseOfAQuantileIsThatOfSimulation() {
        double limit = 0.3 * 1.25;
        LatencyPower.Finding found = LATENCY.limit(0.99, limit, 400, 1);
        Random random = new Random(1);
        int above = 0;
        for (int trial = 0; trial < 4_000; trial++) {
            double[] values = random.doubles(400).toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = 0.06 * Math.exp(Math.log(5) / 2.326348 * random.nextGaussian());
            }
            java.util.Arrays.sort(values);
            above += values[395] > limit ? 1 : 0;
        }
        assertEquals(found.falseStops(), above / 4_000.0, 0.04, "of one window");
    }
}
