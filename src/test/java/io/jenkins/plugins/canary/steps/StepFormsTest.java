package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import hudson.util.FormValidation;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The steps' forms: filled in, given back, turned into a snippet, explained. */
@WithJenkins
class StepFormsTest {

    private static final List<Class<? extends Step>> STEPS = List.of(
            CanaryStartStep.class,
            CanaryGateStep.class,
            CanaryPromoteStep.class,
            CanaryRollbackStep.class,
            CanaryRolloutStep.class,
            CanaryProbeStep.class,
            CanaryBacktestStep.class,
            CanaryReportStep.class);

    private static JenkinsRule j;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    private static <S extends Step> void throughForm(S step) throws Exception {
        j.assertEqualDataBoundBeans(step, new StepConfigTester(j).configRoundTrip(step));
    }

    @Test
    void formsGiveBackWhatTheyGot() throws Exception {
        throughForm(started(null, "name: shop\nphases: []", null, "other"));
        CanaryGateStep gate = new CanaryGateStep();
        gate.setOnFail("UNSTABLE");
        gate.setRollout("shop");
        throughForm(gate);
        // Nothing filled in: every optional field must come back as none.
        throughForm(new CanaryPromoteStep());
        CanaryRollbackStep back = new CanaryRollbackStep();
        back.setReason("it's \"late\"");
        throughForm(back);
        CanaryProbeStep probe = new CanaryProbeStep();
        probe.setTrack("stable");
        probe.setYaml("name: shop");
        throughForm(probe);
        throughForm(new CanaryReportStep());
        throughForm(report());
        throughForm(new CanaryBacktestStep());
        throughForm(backtest());
        CanaryRolloutStep all = new CanaryRolloutStep("deploy/canary.yaml");
        all.setVersion("1.4.2");
        throughForm(all);
    }

    private static CanaryStartStep started(String plan, String yaml, String version, String rollout) {
        CanaryStartStep step = new CanaryStartStep();
        step.setPlan(plan);
        step.setYaml(yaml);
        step.setVersion(version);
        step.setRollout(rollout);
        return step;
    }

    private static CanaryReportStep report() {
        CanaryReportStep step = new CanaryReportStep();
        step.setDir("canary");
        step.setRollout("shop");
        return step;
    }

    private static CanaryBacktestStep backtest() {
        CanaryBacktestStep step = new CanaryBacktestStep();
        step.setPlan("deploy/canary.yaml");
        step.setFrom("30d");
        step.setStep("2m");
        step.setStable(true);
        step.setRollouts(5);
        return step;
    }

    @Test
    void formSaysWhatIsNoMomentAndNoDuration() {
        CanaryBacktestStep.DescriptorImpl form =
                (CanaryBacktestStep.DescriptorImpl) j.jenkins.getDescriptorOrDie(CanaryBacktestStep.class);
        assertEquals(FormValidation.Kind.OK, form.doCheckFrom(null, "30d").kind);
        assertEquals(FormValidation.Kind.OK, form.doCheckTo(null, "").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckFrom(null, "last week").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckStep(null, "often").kind);
    }

    @Test
    void formRefusesANameThatNoRolloutCanHave() throws Exception {
        CanaryStepDescriptor form = (CanaryStepDescriptor) j.jenkins.getDescriptorOrDie(CanaryStartStep.class);
        assertEquals(FormValidation.Kind.OK, form.doCheckRollout(null, "").kind);
        assertEquals(FormValidation.Kind.OK, form.doCheckRollout(null, "team-api").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckRollout(null, "team/api").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckRollout(null, "../../x").kind);
    }

    @Test
    void snippetsAreWhatPeopleWrite() throws Exception {
        SnippetizerTester snippets = new SnippetizerTester(j);
        snippets.assertRoundTrip(
                started("deploy/canary.yaml", null, "1.4.2", null),
                "canaryStart plan: 'deploy/canary.yaml', version: '1.4.2'");
        snippets.assertRoundTrip(new CanaryGateStep(), "canaryGate()");
        CanaryPromoteStep promote = new CanaryPromoteStep();
        snippets.assertRoundTrip(promote, "canaryPromote()");
        promote.setTo(50.0);
        snippets.assertRoundTrip(promote, "canaryPromote to: 50.0");
        snippets.assertRoundTrip(
                backtest(),
                "canaryBacktest from: '30d', plan: 'deploy/canary.yaml', rollouts: 5, stable: true, step: '2m'");
        CanaryPromoteStep early = new CanaryPromoteStep();
        early.setOverride(true);
        early.setReason("decided in the call");
        snippets.assertRoundTrip(early, "canaryPromote override: true, reason: 'decided in the call'");
        CanaryRollbackStep back = new CanaryRollbackStep();
        back.setReason("pipeline failed");
        snippets.assertRoundTrip(back, "canaryRollback reason: 'pipeline failed'");
        snippets.assertRoundTrip(new CanaryReportStep(), "canaryReport()");
        snippets.assertRoundTrip(report(), "canaryReport dir: 'canary', rollout: 'shop'");
        CanaryProbeStep probe = new CanaryProbeStep();
        probe.setProbe("limit");
        snippets.assertRoundTrip(probe, "canaryProbe probe: 'limit'");
        snippets.assertRoundTrip(new CanaryRolloutStep("deploy/canary.yaml"), "canaryRollout 'deploy/canary.yaml'");
    }

    @Test
    void everyFieldIsExplainedInBothLanguages() {
        for (Class<? extends Step> step : STEPS) {
            help(step, "");
            for (DescribableParameter parameter : DescribableModel.of(step).getParameters()) {
                help(step, "-" + parameter.getName());
            }
        }
    }

    private static void help(Class<?> step, String field) {
        String file = step.getSimpleName() + "/help" + field;
        assertNotNull(step.getResource(file + ".html"), file);
        assertNotNull(step.getResource(file + "_de.html"), file);
    }

    @Test
    void stepsHaveNamesInBothLanguages() throws MissingResourceException {
        assertEquals(
                "Roll the canary back",
                Messages._CanaryRollbackStep_displayName().toString(Locale.ENGLISH));
        assertEquals(
                "Den Canary zurücknehmen",
                Messages._CanaryRollbackStep_displayName().toString(Locale.GERMAN));
    }
}
