package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.testing.FakeRouter;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The release plans of examples/, each from its start to its promotion, and by each of its abort rules to the roll back. */
class ReleaseExamplesTest {

    /** These tests run in two builds, whose folders differ. */
    static final Path ROOT = Files.isDirectory(Path.of("examples")) ? Path.of("") : Path.of("..");

    private static final Path EXAMPLES = ROOT.resolve("examples");

    /** What a good release is like; probes find nothing. */
    private static final Map<String, Double> GOOD = Map.ofEntries(
            Map.entry("success-rate", 0.9995),
            Map.entry("error-rate", 0.0005),
            Map.entry("5xx-rate", 0.0002),
            Map.entry("errors", 0.0),
            Map.entry("latency(0.5)", 0.045),
            Map.entry("latency(0.95)", 0.15),
            Map.entry("latency(0.99)", 0.2),
            Map.entry("limiter-latency(0.95)", 0.004),
            Map.entry("pool-use", 0.4),
            Map.entry("cpu-use", 0.4),
            Map.entry("memory-use", 0.5),
            Map.entry("cluster-connections", 400.0),
            Map.entry("redis-pool", 0.3),
            Map.entry("redis-memory", 0.3),
            Map.entry("ai-error-rate", 0.01),
            Map.entry("ai-fallback-rate", 0.01),
            Map.entry("jwt-replays", 1.0));

    private static final class World {
        private final VirtualServices time = new VirtualServices(1);
        private final Map<String, Double> bad = new HashMap<>();
        private final List<RolloutEvent> events = new ArrayList<>();
        private final CanaryPlan plan;
        private final RolloutRun run;

        World(CanaryPlan plan) {
            this.plan = plan;
            run = new RolloutRun(
                    plan,
                    RolloutState.empty(plan),
                    e -> {},
                    new FakeRouter(time::now),
                    new FakeSource(this::read),
                    time);
            run.listen(steps -> events.addAll(steps.events()));
            run.begin(new RolloutEvent.Started(
                    time.now(), "r", plan.name(), "v2", plan.text(), AdvanceMode.AUTOMATIC, "test", "test", Map.of()));
        }

        private Reading read(MetricQuery q) {
            double good = GOOD.getOrDefault(q.metric().key(), 0.0);
            return Reading.of(
                    q.track() == Track.CANARY ? bad.getOrDefault(q.metric().key(), good) : good);
        }

        /** Time passes, and people tick and approve whatever waits for them. */
        World pass(Duration length) {
            long until = time.now() + length.toMillis();
            while (time.now() < until && !run.state().isEnded()) {
                attend();
                time.advance(Math.min(60_000, until - time.now()));
            }
            return this;
        }

        private void attend() {
            RolloutState s = run.state();
            plan.checklists()
                    .forEach((name, list) -> list.items().stream()
                            .filter(i -> i.proof() == null && !s.isTicked(name, i.text()))
                            .forEach(i -> say(new Input.TickItem(name, i.text(), "ada"))));
            if (run.state().status(plan) == Status.AWAITING_APPROVAL) {
                say(new Input.Approve(s.phase(), "ada", Set.of("release-managers"), "checked"));
            }
        }

        private void say(Input.Command command) {
            try {
                run.command(command);
            } catch (Input.CommandRefused e) {
                throw new AssertionError(e.getMessage(), e);
            }
        }

        Outcome outcome() {
            return run.state().isEnded() ? run.state().ended().outcome() : null;
        }

        @Override
        public String toString() {
            List<RolloutEvent> told = events.stream()
                    .filter(e -> !(e instanceof RolloutEvent.Ticked))
                    .toList();
            return plan.name() + " in phase " + run.state().phase() + ", "
                    + run.state().status(plan) + ", last "
                    + told.subList(Math.max(0, told.size() - 6), told.size()) + "\n"
                    + events.stream()
                            .filter(e -> e instanceof RolloutEvent.Ticked)
                            .reduce((a, b) -> b)
                            .orElse(null);
        }
    }

    private static CanaryPlan plan(String name) throws IOException {
        PlanReader.Result read =
                PlanReader.check(Files.readString(EXAMPLES.resolve(name).resolve("canary.yaml")));
        assertEquals(
                List.of(),
                read.problems().stream()
                        .filter(p -> p.severity() == Problem.Severity.ERROR)
                        .toList());
        return read.plan();
    }

    @ParameterizedTest
    @ValueSource(strings = {"scholarship-api", "api-gateway", "payment-api"})
    void aGoodReleaseIsPromoted(String name) throws IOException {
        World world = new World(plan(name)).pass(Duration.ofDays(4));
        assertEquals(Outcome.PROMOTED, world.outcome(), world::toString);
        List<Integer> passed = world.events.stream()
                .filter(e -> e instanceof RolloutEvent.GatePassed)
                .map(e -> ((RolloutEvent.GatePassed) e).phase())
                .toList();
        assertEquals(passed.stream().distinct().sorted().toList(), passed);
        assertEquals(world.plan.phases().size(), passed.size(), "every phase had its PASS");
        assertEquals(
                world.plan.aftercare() != null,
                world.events.stream().anyMatch(e -> e instanceof RolloutEvent.WatchEnded));
    }

    static Stream<Arguments> rules() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (String name : List.of("scholarship-api", "api-gateway", "payment-api")) {
            List<AbortRule> rules = plan(name).abort();
            for (int i = 0; i < rules.size(); i++) {
                all.add(Arguments.of(name, i, rules.get(i).label()));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void eachAbortRuleTakesItBack(String name, int index, String label) throws IOException {
        World world = new World(plan(name)).pass(Duration.ofMinutes(4));
        assertTrue(world.run.state().phase() >= 0 && world.outcome() == null, world::toString);
        AbortRule rule = world.plan.abort().get(index);
        Criterion c = rule.criterion();
        if (c == null) {
            Criterion failing = world.plan.phases().get(0).gate().get(0);
            world.bad.put(failing.metric().key(), failing.max() == null ? failing.min() * 0.5 : failing.max() + 3);
        } else {
            world.bad.put(c.metric().key(), c.max() == null ? c.min() * 0.5 : c.max() * 1.2 + 1e-9);
        }
        Duration tick = world.plan.metrics().interval();
        world.pass(rule.sustained().minus(tick.multipliedBy(2)));
        if (rule.sustained().compareTo(tick.multipliedBy(3)) > 0) {
            assertNull(world.outcome(), () -> "rolled back too early: " + world);
        }
        world.pass(tick.multipliedBy(6 + rule.consecutiveFailures()));
        assertEquals(Outcome.ROLLED_BACK, world.outcome(), world::toString);
        RolloutEvent.RollbackIntended back = world.events.stream()
                .filter(e -> e instanceof RolloutEvent.RollbackIntended)
                .map(e -> (RolloutEvent.RollbackIntended) e)
                .findFirst()
                .orElseThrow();
        assertTrue(
                label.equals(back.rule()) || back.reason().contains("the breaker of the dynamic weight opened"),
                back.toString());
    }

    /** A hand-made plan that lost an item on the way is no replacement for it: docs/examples.md must hold what it says. */
    @ParameterizedTest
    @ValueSource(strings = {"scholarship-api", "api-gateway", "payment-api"})
    void everyItemOfTheHandMadePlanIsInTheExample(String name) throws IOException {
        String plan = Files.readString(EXAMPLES.resolve(name).resolve("canary.yaml"));
        String page = Files.readString(ROOT.resolve("docs/examples.md"));
        String section = page.substring(page.indexOf("\n## " + name + "\n") + 1);
        section =
                section.substring(0, section.indexOf("\n## ", 4) < 0 ? section.length() : section.indexOf("\n## ", 4));
        int rows = 0;
        for (String line : section.lines()
                .filter(l -> l.startsWith("| ") && !l.startsWith("| ---") && !l.startsWith("| item "))
                .toList()) {
            String where = "canary.yaml";
            String there = plan;
            Matcher part =
                    Pattern.compile("`([^`]+)`|\\]\\(([^)]+)\\)").matcher(line.substring(line.lastIndexOf(" | ")));
            while (part.find()) {
                if (part.group(2) != null) {
                    where = part.group(2);
                    there = Files.readString(ROOT.resolve("docs").resolve(where));
                } else {
                    rows++;
                    assertTrue(there.contains(part.group(1)), name + ": " + where + " does not hold: " + part.group(1));
                }
            }
        }
        assertTrue(rows >= 18, name + " has only " + rows + " rows");
    }
}
