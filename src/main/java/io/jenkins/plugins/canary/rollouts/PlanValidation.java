package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.config.Configured;
import io.jenkins.plugins.canary.config.PlanCheck;
import io.jenkins.plugins.canary.config.PlanConnections;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.resolve.BasePlans;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanFile;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanResolver;
import io.jenkins.plugins.canary.engine.rollout.CalendarCheck;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.engine.yaml.Problem.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is wrong or doubtful in a plan that somebody is writing. It is checked as text: no file is read, no name looked up, and
 * nothing connected to but calendars, where that is said. Any thread.
 *
 * @param plan null when it has errors, or extends another plan
 * @param problems in the order of the text
 */
public record PlanValidation(CanaryPlan plan, List<Problem> problems) {

    /** Characters that a form may hold; a plan of this size has hundreds of phases. */
    public static final int LARGEST = 100_000;

    public PlanValidation {
        problems = List.copyOf(problems);
    }

    /** As far as the text alone tells. */
    public static PlanValidation of(String text) {
        return of(text, List.of());
    }

    private static PlanValidation of(String text, List<PlanFile> policies) {
        if (text.length() > LARGEST) {
            return new PlanValidation(null, List.of(problem(Messages.PlanValidation_large(LARGEST))));
        }
        AtomicBoolean extended = new AtomicBoolean();
        BasePlans elsewhere = (name, by) -> {
            extended.set(true);
            throw new IOException("it is found when the rollout starts, and both are checked then");
        };
        PlanReader.Result result = new PlanResolver(elsewhere, policies).check(text);
        return new PlanValidation(
                result.plan(),
                extended.get()
                        ? result.problems().stream()
                                .map(PlanValidation::warning)
                                .toList()
                        : result.problems());
    }

    /**
     * The same, and whether it is within the policies over a job and the addresses that the administrator allows: for people who
     * may see how the job is configured.
     *
     * @param job full name
     */
    public static PlanValidation ofJob(String text, String job) {
        PlanValidation found = of(text, new Configured(job).policies());
        String refused = found.plan == null
                ? null
                : PlanCheck.configured().problem(found.plan, null).orElse(null);
        if (refused == null) {
            return found;
        }
        List<Problem> all = new ArrayList<>(List.of(problem(refused)));
        all.addAll(found.problems);
        return new PlanValidation(null, all);
    }

    /**
     * The same, with the calendars of its windows, each asked once. Blocks some seconds at most; for people who may configure the
     * job, since the controller connects to what the plan names.
     *
     * @param job full name
     */
    public static PlanValidation withCalendars(String text, String job) {
        PlanValidation found = ofJob(text, job);
        if (found.plan == null) {
            return found;
        }
        CalendarCheck calendars = CalendarCheck.of(
                found.plan.windows(),
                new JenkinsSecrets(null, job),
                PlanConnections.POLICY,
                RolloutManager.get().clock());
        List<Problem> all = new ArrayList<>(found.problems);
        calendars.troubles().forEach(t -> all.add(Problem.outside("windows.calendar", t)));
        return new PlanValidation(found.plan, all);
    }

    /** Whether it cannot be run. */
    public boolean hasErrors() {
        return problems.stream().anyMatch(p -> p.severity() == Severity.ERROR);
    }

    private static Problem problem(String says) {
        return new Problem(Severity.ERROR, "", 0, 0, "", says, "");
    }

    private static Problem warning(Problem p) {
        return new Problem(Severity.WARNING, p.file(), p.line(), p.column(), p.path(), p.message(), p.remedy());
    }
}
