package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.InScore;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.ValueRange;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** What a good plan is read as. */
class PlanReaderTest {

    static final List<String> GOOD = PlanTexts.GOOD;

    @ParameterizedTest
    @FieldSource("GOOD")
    void everyGoodPlanIsReadWithoutErrors(String name) {
        PlanReader.Result result = PlanReader.check(PlanTexts.named(name));
        assertNotNull(result.plan(), () -> result.problems().toString());
    }

    @Test
    void theSoundPlanOfTheTestsHasNothingWrongOrDoubtful() {
        assertEquals(List.of(), PlanReader.check(PlanTexts.SOUND).problems());
    }

    @Test
    void aWatchWithATimeAloneTakesTheRolloutsRulesWithoutComparisons() throws PlanException {
        Watch watch = PlanReader.read(PlanTexts.sound("max: 500ms", "max: 500ms, versusStable: { maxIncrease: 20% }")
                        .replace("name: shop", "name: shop\nwatch: 2d"))
                .watch();
        assertEquals(
                List.of("success-rate >= 99%", "latency p99 <= 500ms"),
                watch.criteria().stream().map(Criterion::label).toList());
        assertEquals(
                List.of("not (success-rate >= 95%)", "5 failed ticks in a row"),
                watch.abort().stream().map(AbortRule::label).toList());
        assertEquals(Watch.OnBreach.ALERT, watch.onBreach());
    }

    @Test
    void everyKeyReachesThePlan() throws PlanException {
        CanaryPlan plan = PlanReader.read(PlanTexts.named("everything.yaml"));
        assertEquals("everything", plan.name());
        assertEquals(new Target("shop", "basket.api"), plan.target());
        assertEquals(new FakeDriver.Settings(Weight.ofPercent(13)), plan.traffic());
        assertEquals(new CanaryPlan.Cap(Weight.ofPercent(60), "ready"), plan.cap());
        assertEquals(
                List.of("ready", "other", "pre-canary", "during", "post"),
                List.copyOf(plan.checklists().keySet()));
        assertEquals(
                List.of(
                        Checklist.When.NAMED,
                        Checklist.When.DURING,
                        Checklist.When.BEFORE,
                        Checklist.When.DURING,
                        Checklist.When.POST),
                plan.checklists().values().stream().map(Checklist::when).toList());
        assertEquals(
                "error-rate <= 1%",
                plan.checklists()
                        .get("other")
                        .item("Few errors")
                        .orElseThrow()
                        .proof()
                        .label());
        assertEquals(Duration.ofHours(48), plan.watch().length());
        assertEquals(Track.STABLE, plan.watch().track());
        assertEquals(
                List.of("not (latency p95 <= 250ms) for 10m", "3 failed ticks in a row"),
                plan.watch().abort().stream().map(AbortRule::label).toList());
        assertEquals(Watch.OnBreach.ASK, plan.watch().onBreach());
        assertEquals(
                Set.of(Topic.ROLLBACK, Topic.WATCH, Topic.ENDED),
                plan.environment().receivers().get(0).events());
        assertEquals(
                new Receiver(
                        Receiver.Format.SLACK,
                        new Secrets.PlanRef(Secrets.PlanRef.Kind.CREDENTIALS, "release-channel"),
                        null,
                        Topic.USUAL),
                plan.environment().receivers().get(1));
        assertEquals(
                List.of("The database has a replica", "The drill was done"),
                plan.checklists().get("ready").texts());
        assertEquals(OnBuildEnd.HOLD, plan.timing().onBuildEnd());
        assertEquals(Duration.ofSeconds(90), plan.timing().shiftTimeout());
        assertEquals(Duration.ofMinutes(20), plan.timing().progressDeadline());
        assertEquals(PlanTexts.named("everything.yaml"), plan.text());
    }

    @Test
    void metricsAreReadWithSourceAndNames() throws PlanException {
        Metrics metrics = PlanReader.read(PlanTexts.named("everything.yaml")).metrics();
        assertEquals(
                new SourceSettings.Prometheus(
                        "https://prometheus.example/base",
                        null,
                        new Auth(
                                null,
                                "reader",
                                new PlanRef(PlanRef.Kind.ENV, "PROMETHEUS_PASSWORD"),
                                new PlanRef(PlanRef.Kind.FILE, "/etc/canary/client.p12"),
                                new PlanRef(PlanRef.Kind.FILE, "/run/secrets/client"),
                                new PlanRef(PlanRef.Kind.FILE, "/etc/canary/trust.p12"),
                                new PlanRef(PlanRef.Kind.CREDENTIALS, "trust-store")),
                        "team-a",
                        5_000),
                metrics.source());
        assertEquals(Duration.ofSeconds(30), metrics.interval());
        assertEquals(Duration.ofSeconds(15), metrics.scrapeInterval());
        assertEquals(Duration.ofSeconds(90), metrics.maxAge());
        assertEquals(new ValueRange(0, 7_200), metrics.custom().get("queue-age").range());
        assertEquals(Duration.ofMinutes(2), metrics.window());
        assertEquals(
                "version!=\"{{version}}\", zone!=\"test\"", metrics.labels().get(Track.STABLE));
        assertEquals(
                new HttpNames("app_requests_total", "code", "5..|429", "app_duration_milliseconds", 0.001),
                metrics.names());
        assertEquals(
                new CustomMetric(
                        "paid",
                        Unit.PER_SECOND,
                        "sum(rate(paid_total{ {{labels}} }[{{window}}]))",
                        null,
                        ValueRange.of(Unit.PER_SECOND)),
                metrics.custom().get("paid"));
        JsonQuery defects = metrics.custom().get("defects").json();
        assertEquals(
                Map.of(
                        "Accept",
                        new JsonQuery.Header("application/json", null),
                        "X-Depth",
                        new JsonQuery.Header("3", null)),
                defects.request().headers());
        assertEquals("$.total at $.measuredAt", defects.path() + " at " + defects.time());
        assertEquals("env:REPORTS", defects.auth().bearer().shown());
        assertEquals(
                "http://reports.example:8080/defects?version={{version}}&track={{track}}",
                defects.request().url());
    }

    @Test
    void aCohortStaysAndCopiesEnd() throws PlanException {
        List<Phase> phases = PlanReader.read(PlanTexts.named("everything.yaml")).phases();
        ExtraTraffic staff = new ExtraTraffic(
                List.of(
                        new RequestMatch(RequestMatch.Kind.HEADER, "X-Canary", "always"),
                        new RequestMatch(RequestMatch.Kind.COOKIE, "canary", "always")),
                Weight.ZERO);
        assertEquals(
                List.of(staff, staff.mirroring(Weight.ofPercent(10)), staff, staff, staff),
                phases.stream().map(Phase::extra).toList());
        assertEquals(
                List.of("header X-Canary=always or cookie canary=always", "mirror 10%", "2.5%", "50%", "100%"),
                phases.stream().map(Phase::traffic).toList());
        assertEquals(Weight.ZERO, phases.get(1).weight());
    }

    @Test
    void phasesTakeThePlansGateUnlessTheyHaveTheirOwn() throws PlanException {
        CanaryPlan plan = PlanReader.read(PlanTexts.named("everything.yaml"));
        Phase first = plan.phases().get(2);
        assertEquals(Weight.ofPercent(2.5), first.weight());
        assertEquals(Duration.ofMinutes(90), first.hold());
        assertEquals(Duration.ofHours(5), first.deadline());
        assertEquals(
                new Approval(
                        2,
                        List.of("ops", "anna", "group:rm"),
                        Set.of(Exclusion.STARTER, Exclusion.COMMITTERS),
                        LocalTime.of(9, 0),
                        ZoneId.of("Europe/Berlin"),
                        Duration.ofHours(8),
                        true),
                first.approval());
        assertEquals(
                List.of("queue-age", "paid"),
                first.gate().stream().map(c -> c.metric().name()).toList());
        Phase second = plan.phases().get(3);
        assertEquals(Duration.ofHours(1), second.deadline(), "three times the hold");
        assertEquals(new Approval(List.of(), null, false), second.approval());
        assertEquals(
                new Criterion(
                        new Metric("latency", 0.95),
                        Unit.SECONDS,
                        0.001,
                        1.5,
                        new Versus(0.25, 0.9),
                        200,
                        NoDataPolicy.HOLD,
                        Duration.ofMinutes(30),
                        Duration.ofMinutes(5)),
                second.gate().get(0));
        assertEquals(second.gate(), plan.phases().get(4).gate());
        assertEquals(Duration.ofMinutes(5), plan.phases().get(4).deadline(), "there is no hold");
        assertNull(plan.phases().get(4).approval());
    }

    @Test
    void aTestHasItsMetricsUnitAndDirection() throws PlanException {
        CanaryPlan plan = PlanReader.read(PlanTexts.named("tests.yaml"));
        List<Criterion> first = plan.phases().get(0).gate();
        assertEquals(
                Versus.by(new Judge(
                                Judge.Test.MANN_WHITNEY,
                                new Comparison(Direction.EITHER, 0.1, 0.95, Unit.SECONDS),
                                0.001))
                        .byPod("instance"),
                first.get(0).versus());
        assertEquals(
                Versus.by(new Judge(
                        Judge.Test.COUNTS, new Comparison(Direction.INCREASE, 0.25, 0.98, Unit.RATIO), 0.005)),
                first.get(1).versus());
        assertEquals(
                Direction.DECREASE,
                plan.phases().get(1).gate().get(1).versus().judge().comparison().direction());
        assertEquals(
                "error-rate, sequential: not above stable by more than 25% (98% confidence)",
                plan.phases().get(1).gate().get(0).label());
    }

    @Test
    void atFullWeightThereIsNothingToCompareWith() throws PlanException {
        CanaryPlan plan = PlanReader.read(PlanTexts.named("tests.yaml"));
        assertEquals(
                List.of("latency p99 <= 2s"),
                plan.phases().get(2).gate().stream().map(Criterion::label).toList());
    }

    @Test
    void theDefaultRulesAreTestsOfErrorsAndLatency() throws PlanException {
        String text = PlanTexts.SOUND.replaceAll("(?s)abort:.*cap:", "abort: default\ncap:");
        assertEquals(
                List.of("error-rate", "latency p50", "latency p99", "slow-rate p75", "slow-rate p99"),
                PlanReader.read(text).abort().stream()
                        .filter(r -> r.criterion().compares())
                        .map(r -> r.criterion().metric().label())
                        .toList());
        assertTrue(PlanReader.check(text).problems().stream()
                .noneMatch(p -> p.path().startsWith("abort")));
    }

    /** Failures are judged from the start; new pods are slow at first. */
    @Test
    void theDefaultRulesWaitForWarmPods() throws PlanException {
        String usual = PlanTexts.SOUND.replaceAll("(?s)abort:.*cap:", "abort: default\ncap:");
        String set =
                PlanTexts.SOUND.replaceAll("(?s)abort:.*cap:", "abort: { default: { after: 5m, slower: 20% } }\ncap:");
        Map<String, List<Criterion>> rules = Map.of(
                "2m", AbortRule.criteria(PlanReader.read(usual).abort()),
                "5m", AbortRule.criteria(PlanReader.read(set).abort()));
        rules.forEach((after, criteria) -> {
            assertEquals(Duration.ZERO, criteria.get(0).after());
            criteria.stream()
                    .filter(Criterion::compares)
                    .skip(1)
                    .forEach(c -> assertTrue(c.label().endsWith(", after " + after), c.label()));
        });
        assertEquals(0.2, rules.get("5m").get(1).versus().judge().comparison().tolerance());
        assertEquals(
                new Versus.Slower(0.2, 0.5), rules.get("5m").get(3).versus().slower());
        assertEquals(
                new Versus.Slower(0.7, 0.99), rules.get("5m").get(4).versus().slower());
        assertTrue(PlanReader.check(set).problems().stream()
                .noneMatch(p -> p.path().startsWith("abort")));
    }

    @Test
    void latencyIsComparedByPodAndErrorsAreNot() throws PlanException {
        String usual = PlanTexts.SOUND.replaceAll("(?s)abort:.*cap:", "abort: default\ncap:");
        assertEquals("[null, instance, instance, instance, instance]", pods(usual));
        String named = usual.replace("stable: 'version=\"v1\"' }", "stable: 'version=\"v1\"', pod: kubernetes_pod }");
        assertEquals("[null, kubernetes_pod, kubernetes_pod, kubernetes_pod, kubernetes_pod]", pods(named));
        assertEquals(4, PlanReader.read(usual).podQueries(0).size());
    }

    /** By what label the default rules tell pods apart. */
    private static String pods(String text) throws PlanException {
        return AbortRule.criteria(PlanReader.read(text).abort()).stream()
                .filter(Criterion::compares)
                .map(c -> c.versus().pods())
                .toList()
                .toString();
    }

    @Test
    void abortRulesAreReadWithTheirDuration() throws PlanException {
        List<AbortRule> abort =
                PlanReader.read(PlanTexts.named("everything.yaml")).abort();
        assertEquals(Duration.ofMinutes(2), abort.get(0).sustained());
        assertEquals(
                new Criterion(
                        Metric.of("error-rate"),
                        Unit.RATIO,
                        null,
                        0.05,
                        null,
                        50,
                        NoDataPolicy.FAIL,
                        null,
                        Duration.ofMinutes(2)),
                abort.get(0).criterion());
        assertEquals(Duration.ZERO, abort.get(2).sustained());
        assertEquals(AbortRule.afterFailures(12), abort.get(3));
    }

    @Test
    void whatIsLeftOutHasTheDocumentedDefaults() throws PlanException {
        CanaryPlan plan = PlanReader.read(PlanTexts.named("smallest.yaml"));
        assertEquals(new Target("", ""), plan.target());
        assertEquals(
                new Metrics(
                        null,
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(1),
                        Map.of(),
                        HttpNames.DEFAULT,
                        Map.of()),
                plan.metrics());
        assertEquals(
                new Phase("Full", Weight.FULL, Duration.ZERO, Duration.ofMinutes(5), List.of(), null, null, null),
                plan.phases().get(0));
        assertEquals(OnBuildEnd.ROLLBACK, plan.timing().onBuildEnd());
        assertEquals(Duration.ofMinutes(5), plan.timing().shiftTimeout());
        assertEquals(Duration.ofMinutes(10), plan.timing().progressDeadline());
        assertEquals(2, plan.timing().unavailableTicks());
        assertNull(plan.cap());
    }

    @Test
    void anAnswerIsNotWaitedForBeyondTheNextTick() throws PlanException {
        String plan = PlanTexts.sound("interval: 15s", "interval: 5s");
        assertEquals(
                5_000,
                ((SourceSettings.Prometheus) PlanReader.read(plan).metrics().source()).timeoutMillis());
        assertEquals(
                10_000,
                ((SourceSettings.Prometheus)
                                PlanReader.read(PlanTexts.SOUND).metrics().source())
                        .timeoutMillis());
    }

    @Test
    void anEndpointMayNameItsTrack() throws PlanException {
        String url = "http://{{track}}.shop:8080/metrics";
        String text = PlanTexts.named("scrape.yaml").replaceAll("(canary|stable): \\[.*]", "$1: [ \"" + url + "\" ]");
        SourceSettings.Scrape source =
                (SourceSettings.Scrape) PlanReader.read(text).metrics().source();
        assertEquals(List.of(url), source.canary());
        assertEquals(List.of(url), source.stable());
    }

    @Test
    void jsonMayBeIndentedWithTabs() throws PlanException {
        CanaryPlan plan = PlanReader.read(PlanTexts.named("server.json"));
        assertEquals(
                new SourceSettings.Prometheus(null, "main", Auth.NONE, 10_000),
                plan.metrics().source());
        assertEquals(2, plan.phases().size());
    }

    @Test
    void aliasesStandForWhatTheyName() throws PlanException {
        CanaryPlan plan = PlanReader.read(PlanTexts.sound(
                        "{ name: Two, weight: 50, hold: 10m }",
                        "{ name: Two, weight: 50, hold: 10m, gate: [ &ok { metric: errors, max: 0 } ] }")
                .replace("- { name: Full, weight: 100 }", "- { name: Full, weight: 100, gate: [ *ok ] }"));
        assertEquals(plan.phases().get(1).gate(), plan.phases().get(2).gate());
    }

    @Test
    void theExampleIsTheHandMadePlanOfAnApiGateway() throws PlanException {
        CanaryPlan plan = PlanReader.read(PlanTexts.example("api-gateway/canary.yaml"));
        assertEquals("gatewayApi", plan.traffic().driver());
        assertEquals(
                List.of("5%", "10%", "25%", "50%", "100%"),
                plan.phases().stream().map(p -> p.weight().toString()).toList());
        assertEquals(
                List.of(5L, 10L, 15L, 20L, 5L),
                plan.phases().stream().map(p -> p.hold().toMinutes()).toList());
        assertEquals(
                List.of(
                        "success-rate >= 99%",
                        "latency p50 <= 100ms", "latency p99 <= 500ms", "error-rate <= 1%", "5xx-rate <= 0.1%"),
                plan.phases().get(1).gate().stream().map(Criterion::label).toList());
        assertEquals(4, plan.abort().size());
    }

    @Test
    void theExampleWarnsOnlyOfTheCapThatWaits() {
        List<Problem> problems =
                PlanReader.check(PlanTexts.example("haproxy.yaml")).problems();
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).message().contains("waits before this phase until the checklist 'redis-ready'"));
    }

    @Test
    void aPlanWithErrorsIsRefusedWithAllOfThem() {
        String broken = PlanTexts.sound("min: 99%", "min: 99").replace("hold: 5m", "hold: 5");
        PlanException e = assertThrows(PlanException.class, () -> PlanReader.read(broken));
        assertEquals(2, e.problems().size());
        assertEquals("""
                The plan cannot be run:
                11:36 error phases[0].hold: '5' is not a duration; write a number with a unit: 90s, 5m, 1h30m, 250ms
                15:34 error gate[0].min: '99' is not a percentage; write 99%""", e.getMessage());
    }

    /** As editors and other tools write YAML: read as meant, or refused in one sentence. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "name: shop | \uFEFFname: shop | §§",
                "\\n | \\r\\n | §§",
                "name: shop | ---\\nname: shop | §§",
                "interval: 15s | interval: 10:00 | '10:00' is not a duration",
                "name: shop | name: shop\\n---\\nname: b | a second document begins here",
                "name: shop | name: shop\\nname: shop | 'name' is given twice",
                "name: shop | \\tname: shop | a tab where YAML wants spaces",
            })
    void odditiesOfYaml(String piece, String replacement, String says) {
        String text = PlanTexts.sound("", "").replace(piece.translateEscapes(), replacement.translateEscapes());
        assertEquals(
                says == null || says.isEmpty(),
                PlanReader.check(text).problems().isEmpty(),
                () -> text);
        assertTrue(
                PlanReader.check(text).problems().toString().contains(says == null ? "" : says),
                () -> PlanReader.check(text).problems().toString());
    }

    @Test
    void rulesAndItemsHaveNoPartInAScore() throws Exception {
        String scored = PlanTexts.SOUND.replace("[ \"Drill done\" ]", "[ { item: Calm, metric: error-rate, max: 1% } ]")
                + "score: { pass: 90 }\n";
        CanaryPlan plan = PlanReader.read(scored);
        assertEquals(InScore.USUAL, plan.abort().get(0).criterion().inScore());
        assertEquals(
                InScore.USUAL,
                plan.checklists().get("ready").items().get(0).proof().inScore());
    }
}
