package io.jenkins.plugins.canary.engine.plan.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The plans that tests read. */
public final class PlanTexts {

    /** PlanTexts without errors; between them they use every key that there is. */
    static final List<String> GOOD = List.of(
            "everything.yaml",
            "tests.yaml",
            "score.yaml",
            "scrape.yaml",
            "server.json",
            "json-only.yaml",
            "smallest.yaml",
            "probes.yaml");

    private PlanTexts() {}

    static String named(String name) {
        try (InputStream in = PlanTexts.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String example(String name) {
        return file("examples/" + name);
    }

    /** A file of the project, whether the tests run in its root or in standalone/. */
    static String file(String name) {
        Path here = Path.of(name);
        try {
            return Files.readString(Files.exists(here) ? here : Path.of("..").resolve(here));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A sound plan of which a test replaces one piece. */
    public static final String SOUND = """
            name: shop
            target: { namespace: web, deployment: shop }
            traffic: { fake: { refuses: 13 } }
            metrics:
              prometheus: { url: "http://prometheus:9090", interval: 15s }
              window: 1m
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
              custom:
                carts: { unit: ratio, query: 'sum(rate(carts{ {{labels}} }[{{window}}]))' }
            phases:
              - { name: One, weight: 10, hold: 5m }
              - { name: Two, weight: 50, hold: 10m }
              - { name: Full, weight: 100 }
            gate:
              - { metric: success-rate, min: 99% }
              - { metric: latency, quantile: 0.99, max: 500ms }
            abort:
              - { metric: success-rate, min: 95% }
              - { consecutiveFailures: 5 }
            cap: { weight: 100, until: ready }
            checklists: { ready: [ "Drill done" ] }
            """;

    /** {@link #SOUND} with one piece replaced; the piece must be there. */
    public static String sound(String piece, String replacement) {
        if (!SOUND.contains(piece)) {
            throw new IllegalArgumentException("not in the plan: " + piece);
        }
        return SOUND.replace(piece, replacement);
    }
}
