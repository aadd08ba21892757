package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import hudson.util.FormValidation;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.PlanAddresses;
import io.jenkins.plugins.canary.rollouts.PlanValidation;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
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

    @Test
    void everyFormSaysWhatBecomesOfTheBuildWhenTheStepFails() throws Exception {
        for (Class<? extends Step> type : STEPS) {
            for (String onFail : new String[] {null, "FAILURE", "UNSTABLE"}) {
                CanaryStep step = type == CanaryRolloutStep.class
                        ? new CanaryRolloutStep("deploy/canary.yaml")
                        : (CanaryStep) type.getDeclaredConstructor().newInstance();
                step.setOnFail(onFail);
                throughForm(step);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new CanaryGateStep().setOnFail("ABORTED"));
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

    private static PlanStepDescriptor planForm(Class<? extends Step> step) {
        return (PlanStepDescriptor) j.jenkins.getDescriptorOrDie(step);
    }

    @Test
    void aPlanIsCheckedWhereItIsWritten() throws Exception {
        PlanStepDescriptor form = planForm(CanaryStartStep.class);
        assertEquals(FormValidation.Kind.OK, form.doCheckYaml(null, "").kind);
        FormValidation wrong = form.doCheckYaml(null, "name: shop\nphases: []\n<b>: 1\n");
        assertEquals(FormValidation.Kind.ERROR, wrong.kind);
        assertTrue(wrong.renderHtml().contains("2:9 error phases"), wrong.renderHtml());
        assertFalse(wrong.renderHtml().contains("<b>:"), wrong.renderHtml());
        String plan;
        try (CanaryWorld world = CanaryWorld.quiet()) {
            plan = world.plan("shop", "[ { name: Full, weight: 100 } ]", "")
                    .replace("127.0.0.1", "metrics.example.com");
        }
        WorkflowJob job = j.createProject(WorkflowJob.class);
        FormValidation good = form.doCheckYaml(job, plan);
        assertNotEquals(FormValidation.Kind.ERROR, good.kind, good.renderHtml());
        CanaryConfiguration.get().setPlanAddresses(PlanAddresses.LISTED);
        try {
            FormValidation refused = form.doCheckYaml(job, plan);
            assertEquals(FormValidation.Kind.ERROR, refused.kind);
            assertTrue(refused.getMessage().contains("allowed addresses"), refused.getMessage());
            assertNotEquals(
                    FormValidation.Kind.ERROR, form.doCheckYaml(null, plan).kind, "nothing of the configuration");
        } finally {
            CanaryConfiguration.get().setPlanAddresses(PlanAddresses.ANY);
        }
        CanaryConfiguration.get().setPolicy("drivers: [ kubernetes ]");
        try {
            FormValidation outside = form.doCheckYaml(job, plan);
            assertEquals(FormValidation.Kind.ERROR, outside.kind, outside.renderHtml());
        } finally {
            CanaryConfiguration.get().setPolicy(null);
        }
        FormValidation extended = form.doCheckYaml(null, "extends: base.yaml\nname: shop\n");
        assertEquals(FormValidation.Kind.WARNING, extended.kind);
        assertTrue(extended.getMessage().contains("found when the rollout starts"), extended.getMessage());
        FormValidation large = form.doCheckYaml(null, "#".repeat(PlanValidation.LARGEST + 1));
        assertTrue(large.getMessage().contains("canary check"), large.getMessage());
    }

    @Test
    void aStepThatNeedsAPlanSaysSoAndIsNotRedBeforeAnythingIsTyped() {
        PlanStepDescriptor form = planForm(CanaryStartStep.class);
        assertEquals(FormValidation.Kind.WARNING, form.doCheckPlan(null, "", "").kind);
        assertEquals(FormValidation.Kind.OK, form.doCheckPlan(null, "deploy/canary.yaml", "").kind);
        assertEquals(FormValidation.Kind.OK, form.doCheckPlan(null, "", "name: shop").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckPlan(null, "deploy/canary.yaml", "name: shop").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckPlan(null, "../other/canary.yaml", "").kind);
        assertEquals(
                FormValidation.Kind.OK,
                planForm(CanaryProbeStep.class).doCheckPlan(null, "", "").kind,
                "the plan of the build's rollout");
    }

    @Test
    void onlyThoseWhoMaySeeTheJobHaveAPlanChecked() throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, "guarded");
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.READ, Item.READ, Item.EXTENDED_READ)
                .everywhere()
                .to("author"));
        try {
            String check = job.getUrl() + "descriptorByName/" + CanaryStartStep.class.getName() + "/checkYaml?value=x";
            for (String path : List.of(check, check.replace("checkYaml", "checkPlan") + "&yaml=")) {
                assertEquals(403, post("reader", path), path);
                assertEquals(200, post("author", path), path);
            }
        } finally {
            j.jenkins.setAuthorizationStrategy(new AuthorizationStrategy.Unsecured());
            j.jenkins.setSecurityRealm(SecurityRealm.NO_AUTHENTICATION);
        }
    }

    private static int post(String user, String path) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        client.login(user);
        WebRequest request = new WebRequest(new URL(j.getURL(), path), HttpMethod.POST);
        return client.getPage(client.addCrumb(request)).getWebResponse().getStatusCode();
    }

    @Test
    void snippetsAreWhatPeopleWrite() throws Exception {
        SnippetizerTester snippets = new SnippetizerTester(j);
        snippets.assertRoundTrip(
                started("deploy/canary.yaml", null, "1.4.2", null),
                "canaryStart plan: 'deploy/canary.yaml', version: '1.4.2'");
        snippets.assertRoundTrip(new CanaryGateStep(), "canaryGate()");
        CanaryGateStep gate = new CanaryGateStep();
        gate.setOnFail("UNSTABLE");
        snippets.assertRoundTrip(gate, "canaryGate onFail: 'UNSTABLE'");
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

    /** The step's own, or that of a class that it extends. */
    private static void help(Class<?> step, String field) {
        Class<?> has = step;
        while (has != Step.class && has.getResource(has.getSimpleName() + "/help" + field + ".html") == null) {
            has = has.getSuperclass();
        }
        String file = has.getSimpleName() + "/help" + field;
        assertNotEquals(Step.class, has, step + " has no help" + field);
        assertNotNull(has.getResource(file + "_de.html"), file);
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
