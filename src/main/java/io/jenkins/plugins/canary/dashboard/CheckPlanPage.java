package io.jenkins.plugins.canary.dashboard;

import hudson.Util;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.ModelObject;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.judge.Detectability;
import io.jenkins.plugins.canary.engine.judge.LatencyPower;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.power.PowerAnalysis;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.engine.yaml.Problem.Severity;
import io.jenkins.plugins.canary.rollouts.PlanValidation;
import io.jenkins.plugins.canary.rollouts.StatusWords;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * {@code canary-rollouts/check}: a plan typed there, what is wrong with it, and what its phases can detect. For everybody who may
 * read Jenkins: it reads no file, connects to nothing, and knows nothing of the controller's configuration. For a job or folder
 * whose configuration the reader may see, the policies and addresses of there count as well; calendars are asked for those who
 * may configure it.
 */
public final class CheckPlanPage implements ModelObject {

    /** Of all phases together; each takes some milliseconds to analyse. */
    static final int MOST_CRITERIA = 200;

    private static final Semaphore ONE_AT_A_TIME = new Semaphore(1);

    private static final CheckPlanPage EMPTY = new CheckPlanPage("", "", new Service("", "", "", ""));

    private final String plan;
    private final String job;
    private final Service service;
    private final PlanValidation found;
    private String problem;
    private List<Row> power = List.of();

    private CheckPlanPage(String plan, String job, Service service) {
        this.plan = plan;
        this.job = job;
        this.service = service;
        PlanValidation checked = new PlanValidation(null, List.of());
        try {
            checked = plan.isBlank() ? checked : job.isBlank() ? PlanValidation.of(plan) : ofItem(plan, job.strip());
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
        }
        found = checked;
        try {
            PowerAnalysis analysis = service.powerAnalysis();
            if (analysis != null && found.plan() != null) {
                power = rows(analysis, found.plan());
            }
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
        }
    }

    /** @param name full name of a job, or of a folder for the jobs that will be in it */
    private static PlanValidation ofItem(String plan, String name) {
        Item item = Jenkins.get().getItemByFullName(name);
        if (item == null || !item.hasPermission(Item.EXTENDED_READ)) {
            throw new IllegalArgumentException(Messages.CheckPlanPage_noJob(name));
        }
        String inIt = item instanceof ItemGroup ? name + "/*" : name;
        return item.hasPermission(Item.CONFIGURE)
                ? alone(() -> PlanValidation.withCalendars(plan, inIt))
                : PlanValidation.ofJob(plan, inIt);
    }

    /** Bounded, since everybody who may read Jenkins may ask for it. */
    private static List<Row> rows(PowerAnalysis analysis, CanaryPlan plan) {
        int criteria = plan.phases().stream().mapToInt(p -> p.gate().size()).sum();
        if (criteria > MOST_CRITERIA) {
            throw new IllegalArgumentException(Messages.CheckPlanPage_tooMany(MOST_CRITERIA));
        }
        return alone(() -> analysis.of(plan).stream().map(Row::new).toList());
    }

    private static <T> T alone(Supplier<T> work) {
        if (!ONE_AT_A_TIME.tryAcquire()) {
            throw new IllegalArgumentException(Messages.CheckPlanPage_busy());
        }
        try {
            return work.get();
        } finally {
            ONE_AT_A_TIME.release();
        }
    }

    static CheckPlanPage empty() {
        return EMPTY;
    }

    /** Shows the page again with what it found. */
    @RequirePOST
    public HttpResponse doResult(
            @QueryParameter String plan,
            @QueryParameter String job,
            @QueryParameter String rate,
            @QueryParameter String errors,
            @QueryParameter String median,
            @QueryParameter String p99) {
        Jenkins.get().checkPermission(Jenkins.READ);
        Service service =
                new Service(Util.fixNull(rate), Util.fixNull(errors), Util.fixNull(median), Util.fixNull(p99));
        return HttpResponses.forwardToView(new CheckPlanPage(Util.fixNull(plan), Util.fixNull(job), service), "index");
    }

    @Override
    public String getDisplayName() {
        return Messages.CheckPlanPage_displayName();
    }

    public String getPlan() {
        return plan;
    }

    /** Full name of the job or folder that it is for, as typed; that of the address when nothing was typed yet. */
    public String getJob() {
        return this == EMPTY ? Util.fixNull(Stapler.getCurrentRequest2().getParameter("job")) : job;
    }

    public Service getService() {
        return service;
    }

    /** Why something that was asked for is missing: the check for a job, or the power analysis; null when nothing is. */
    public String getProblem() {
        return problem;
    }

    /** What it came to; null when nothing was checked. */
    public String getSummary() {
        if (plan.isBlank() || found.plan() == null && found.problems().isEmpty()) {
            return null;
        }
        long errors = found.problems().stream()
                .filter(p -> p.severity() == Severity.ERROR)
                .count();
        return errors > 0
                ? Messages.CheckPlanPage_errors(errors)
                : found.problems().isEmpty()
                        ? Messages.CheckPlanPage_good()
                        : Messages.CheckPlanPage_warnings(found.problems().size());
    }

    /** As Jenkins names the colours of its alerts. */
    public String getLevel() {
        return found.hasErrors() ? "danger" : found.problems().isEmpty() ? "success" : "warning";
    }

    public List<Problem> getProblems() {
        return found.problems();
    }

    public List<Row> getPower() {
        return power;
    }

    /**
     * What is known of the service, as typed; each may be empty.
     *
     * @param rate requests a second
     * @param errors the usual error rate: {@code 0.2%}
     * @param median of the latency: {@code 80ms}
     * @param p99 of the latency
     */
    public record Service(String rate, String errors, String median, String p99) {

        /**
         * Null when nothing is known.
         *
         * @throws IllegalArgumentException when something is no number, or missing; the message says which
         */
        PowerAnalysis powerAnalysis() {
            if ((rate + errors + median + p99).isBlank()) {
                return null;
            }
            double usual = errors.isBlank()
                    ? 0
                    : Units.share(errors.strip())
                            .orElseThrow(() -> new IllegalArgumentException(Messages.CheckPlanPage_noShare(errors)));
            double requests = Units.number(rate.strip())
                    .orElseThrow(() -> new IllegalArgumentException(Messages.CheckPlanPage_noRate(rate)));
            boolean latency = !(median + p99).isBlank();
            return new PowerAnalysis(
                    new Detectability(requests, usual),
                    latency ? new LatencyPower(seconds(median), seconds(p99)) : null,
                    PowerAnalysis.usuallyWanted(usual));
        }

        private static double seconds(String text) {
            Duration read = Units.duration(text.strip());
            if (read == null) {
                throw new IllegalArgumentException(Messages.CheckPlanPage_noDuration(text));
            }
            return read.toNanos() / 1e9;
        }
    }

    /** A criterion of a phase, and what it can detect. */
    public record Row(PowerAnalysis.Line line) {

        /** What the analysis says, in the reader's language. */
        public String words(String english) {
            return StatusWords.translated(english);
        }

        public String getFalseStops() {
            return line.criterion().isEmpty()
                    ? ""
                    : line.falseStops() < 1e-4 ? "< 0.01%" : Units.print(line.falseStops(), Unit.RATIO);
        }

        public String getRequests() {
            return Units.print(line.cells().requests(), Unit.COUNT);
        }
    }
}
