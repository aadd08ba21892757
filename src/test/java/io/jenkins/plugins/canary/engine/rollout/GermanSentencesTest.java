package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.MessageCatalog;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.view.Headline;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.CriterionRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.EventRow;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.Sentences;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a rollout, a German reader is told in German. */
class GermanSentencesTest {

    private static final Logger QUIET = Logger.getLogger("io.jenkins.plugins.canary.engine");
    private static final MessageCatalog GERMAN = MessageCatalog.of(Locale.GERMAN);
    private static final int SEEDS = 50;

    /** Words without which no English sentence of ours gets by, and which German does not have. */
    private static final Pattern ENGLISH = Pattern.compile(
            "\\b(the|The|is|are|were|of|and|not|no|No|for|to|with|than|it|its|had|has|at|by|waits|Waits)\\b");

    /** What routers, sources, calendars and people say in simulations and old journals. */
    private static final Pattern OUTSIDE =
            Pattern.compile("(503|timed out) (before|after) it was done|connection refused"
                    + "|empty vector|lunch|(seen )?enough|a bad feeling|it is known|it is bad|text of the router|\\d of \\d pods ready|DEGRADED|REFUSED"
                    + "|the calendar cannot be read|too slow");

    private final Set<String> left = new TreeSet<>();
    /** Sentences that differ in their numbers only are one. */
    private final Set<String> seen = new HashSet<>();

    @BeforeAll
    static void quiet() {
        QUIET.setLevel(Level.OFF);
    }

    private synchronized void look(String english) {
        if (english == null || english.isEmpty() || !seen.add(english.replaceAll("[0-9][0-9.,]*", "0"))) {
            return;
        }
        String german = GERMAN.translate(english);
        String ours = OUTSIDE.matcher(german).replaceAll("");
        boolean outside = ours.chars().noneMatch(Character::isLetter);
        if (!outside && (german.equals(english) || ENGLISH.matcher(ours).find())) {
            left.add(english + "\n    -> " + german);
        }
    }

    private void look(CanaryPlan plan, List<RolloutEvent> events) {
        RolloutView view = new RolloutView(plan);
        long seq = 0;
        for (RolloutEvent event : events) {
            view.apply(event);
            EventRow row = Sentences.of(plan, ++seq, event);
            if (row != null) {
                look(row.text());
            }
            Headline headline = view.headline();
            look(headline.says());
            look(headline.reason());
            for (CriterionRow criterion : view.criteria()) {
                look(criterion.says());
            }
        }
    }

    @Test
    void tellAllThatSimulationsSay() {
        LongStream.range(0, SEEDS).parallel().forEach(this::simulate);
        assertTrue(seen.size() > 300, "only " + seen.size() + " sentences");
        assertEquals("", String.join("\n", left));
    }

    private void simulate(long seed) {
        for (Simulation.Mode mode : Simulation.Mode.values()) {
            Simulation simulation = new Simulation(seed, mode);
            try {
                simulation.run();
                look(simulation.plan(), simulation.journal());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"every-event", "approvals", "demo-errors", "demo-promoted"})
    void tellAllThatOldJournalsSay(String name) throws Exception {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(Path.of(getClass().getResource(name + ".jsonl").toURI()), events::add);
        look(PlanReader.read(((RolloutEvent.Started) events.get(0)).plan()), events);
        assertEquals("", String.join("\n", left));
    }
}
