package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.kayenta.KayentaConfig;
import io.jenkins.plugins.canary.engine.plan.kayenta.KayentaPlan;
import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.rollout.FuzzJournal;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Whole plans, and what is read beside them: Kayenta's configurations, and the texts of queries. */
class PlanFuzzTest {

    /** What is accepted is whole, is accepted again, and makes a first line that the journal's reader takes back. */
    @FuzzTest
    @DictionaryFile(resourcePath = "plan.dict")
    void plan(byte[] input) {
        Fuzz.text(input, text -> {
            PlanReader.Result result = PlanReader.check(text);
            boolean errors = result.problems().stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
            assertEquals(errors, result.plan() == null, () -> result.problems().toString());
            for (Problem problem : result.problems()) {
                assertTrue(problem.line() >= 1 && problem.column() >= 1, problem::toString);
                assertFalse(problem.message().isBlank(), problem::toString);
                assertTrue(
                        problem.message().length() < 2_000,
                        () -> "a message of " + problem.message().length());
            }
            CanaryPlan plan = result.plan();
            if (plan == null) {
                return false;
            }
            assertFalse(plan.phases().isEmpty(), "a plan without phases");
            assertEquals(text, plan.text());
            FuzzJournal.firstLine(plan, queries(plan));
            assertEquals(
                    plan.phases().size(), PlanReader.read(plan.text()).phases().size());
            return true;
        });
    }

    private static Map<String, String> queries(CanaryPlan plan) throws IOException {
        Map<String, String> texts = new HashMap<>();
        PlanQueries queries;
        try {
            queries = new PlanQueries(plan.metrics(), SourceContext.of(plan.target(), "v2", ref -> ""));
        } catch (MetricException saidWhenItIsOpened) {
            return texts;
        }
        for (int i = 0; i < plan.phases().size() + (plan.aftercare() == null ? 0 : 1); i++) {
            for (MetricQuery query : plan.queries(i)) {
                try {
                    texts.put(query.key(), queries.promQl(query));
                } catch (IllegalArgumentException notAQuery) {
                    texts.put(query.key(), "");
                }
            }
        }
        return texts;
    }

    /** Parts of a plan are made that its reader can read: what is wrong in them has a place within them. */
    @FuzzTest
    @DictionaryFile(resourcePath = "kayenta.dict")
    void kayenta(byte[] input) {
        Fuzz.text(
                input,
                text -> {
                    KayentaPlan made = KayentaPlan.of(KayentaConfig.read(
                            text,
                            new KayentaConfig.Options(Map.of("scope", "{{labels}}"), Map.of("graphite", "http://g"))));
                    String plan = "name: fuzz\ntraffic: { local: { control: 'http://127.0.0.1:1' } }\n"
                            + "phases: [ { name: A, weight: 5, hold: 5m } ]\n" + made.yaml();
                    for (Problem problem : PlanReader.check(plan).problems()) {
                        assertTrue(
                                problem.severity() != Problem.Severity.ERROR
                                        || !problem.path().isEmpty(),
                                () -> problem + " in\n" + plan);
                    }
                    return true;
                },
                IllegalArgumentException.class);
    }

    @FuzzTest
    @DictionaryFile(resourcePath = "promql.dict")
    void promQl(byte[] input) {
        Fuzz.text(input, text -> {
            PromQl query = PromQl.parse(text);
            query.matchers().forEach(m -> assertFalse(m.name().isEmpty()));
            for (PromQl.Range range : query.ranges()) {
                assertFalse(range.length().isNegative(), text);
            }
            for (int i = 0; i < query.tokens().size(); i++) {
                assertTrue(query.closing(i) < query.tokens().size());
            }
            return query.flaw() == null;
        });
    }
}
