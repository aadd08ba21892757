package io.jenkins.plugins.canary.engine.report;

import io.jenkins.plugins.canary.engine.Sha256;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.probe.Loads.LoadReport;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.EventRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.PhaseRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Standing;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Subject;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.WatchRow;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Folds a journal into a report, event by event; what it keeps grows with what people did, not with the ticks. */
final class ReportFold {

    private final CanaryPlan plan;
    private final RolloutView view;
    private final List<List<CheckTally>> gates = new ArrayList<>();
    private final List<CheckTally> abort;
    private final List<CheckTally> watched;
    private final List<ProbeResult> probes = new ArrayList<>();
    private final List<LoadReport> loads = new ArrayList<>();
    private final List<Report.Decision> decisions = new ArrayList<>();
    private final List<EventRow> events = new ArrayList<>();
    private final String[] failures;
    private String fired;
    private String takenBack;

    ReportFold(CanaryPlan plan) {
        this.plan = plan;
        view = new RolloutView(plan);
        plan.phases().forEach(phase -> gates.add(tallies(phase.gate().size())));
        abort = tallies(AbortRule.criteria(plan.abort()).size());
        watched = tallies(
                plan.aftercare() == null ? 0 : plan.aftercare().criteria().size());
        failures = new String[plan.phases().size()];
    }

    private static List<CheckTally> tallies(int size) {
        return Stream.generate(CheckTally::new).limit(size).toList();
    }

    void apply(RolloutEvent event) {
        view.apply(event);
        EventRow row = Sentences.of(plan, view.seq(), event);
        if (row != null) {
            events.add(row);
        }
        if (event instanceof RolloutEvent.Ticked e) {
            ticked(e);
        } else if (event instanceof RolloutEvent.Probed e) {
            probes.add(e.result());
        } else if (event instanceof RolloutEvent.Loaded e) {
            loads.add(e.report());
        } else if (event instanceof RolloutEvent.GateFailed e) {
            failures[e.phase()] = e.reason();
        } else if (event instanceof RolloutEvent.RollbackIntended e) {
            fired = e.rule();
            takenBack = e.reason();
        }
        List<Check> evidence = event instanceof RolloutEvent.Approved e ? e.evidence() : null;
        if (row != null && (row.by() != null || evidence != null) && !(event instanceof RolloutEvent.Started)) {
            RolloutState s = view.state();
            String phase = s.phase() < 0 ? null : s.current(plan).name();
            boolean pipeline = row.by() != null
                    && row.by().startsWith(view.state().started().owner());
            decisions.add(new Report.Decision(row.at(), row.kind(), phase, row.by(), pipeline, row.text(), evidence));
        }
    }

    /** The watch after the promotion has criteria and rules of its own. */
    private void ticked(RolloutEvent.Ticked e) {
        if (e.phase() >= plan.phases().size()) {
            add(watched, e.at(), e.gate());
            return;
        }
        if (e.phase() >= 0) {
            add(gates.get(e.phase()), e.at(), e.gate());
        }
        add(abort, e.at(), e.abort());
    }

    private static void add(List<CheckTally> tallies, long at, List<Check> checks) {
        for (int i = 0; i < Math.min(tallies.size(), checks.size()); i++) {
            tallies.get(i).add(at, checks.get(i));
        }
    }

    Report report(JournalCheck journal) {
        RolloutState s = view.state();
        RolloutStatusResponse a = view.answer(0, -1, s.lastEventAt(), Person.reader(""), false, null);
        Subject subject = a.subject();
        Standing standing = a.standing();
        WatchRow watch = a.pending().watch();
        List<Report.PhaseReport> phases = new ArrayList<>();
        for (int i = 0; i < plan.phases().size(); i++) {
            phases.add(phase(i, a.progress().phases().get(i), s.queries()));
        }
        return new Report(
                Report.FORMAT,
                journal,
                new Report.Rollout(
                        subject.rollout(),
                        plan.name(),
                        subject.version(),
                        subject.owner(),
                        subject.by(),
                        subject.startedAt(),
                        subject.endedAt(),
                        standing.status(),
                        standing.says(),
                        standing.reason(),
                        s.weight(),
                        s.evidence().ticks()),
                new Report.Plan(
                        plan.name(),
                        Sha256.hex(s.started().plan()),
                        s.started().plan(),
                        a.subject().about(),
                        s.started().policies()),
                phases,
                abortRules(s.queries()),
                decisions,
                a.progress().checklists(),
                probes,
                loads,
                watch,
                watch == null ? List.of() : criteria(watched, plan.aftercare().criteria(), s.queries()),
                events,
                s.queries(),
                a.progress().traffic(),
                a.history().series());
    }

    private Report.PhaseReport phase(int i, PhaseRow row, Map<String, String> queries) {
        Report.Verdict verdict =
                switch (row.state()) {
                    case PASSED -> Report.Verdict.PASS;
                    case FAILED -> Report.Verdict.FAIL;
                    case ROLLED_BACK -> failures[i] == null ? Report.Verdict.ABORT : Report.Verdict.FAIL;
                    case OVERRIDDEN -> Report.Verdict.OVERRIDDEN;
                    case SHIFTING, WATCHING -> Report.Verdict.OPEN;
                    case AHEAD, SKIPPED -> Report.Verdict.NOT_ENTERED;
                };
        String reason =
                verdict == Report.Verdict.ABORT ? takenBack : verdict == Report.Verdict.FAIL ? failures[i] : null;
        List<Criterion> gate = plan.phases().get(i).gate();
        return new Report.PhaseReport(row, verdict, reason, criteria(gates.get(i), gate, queries));
    }

    private static List<Report.CriterionReport> criteria(
            List<CheckTally> tallies, List<Criterion> gate, Map<String, String> queries) {
        List<Report.CriterionReport> criteria = new ArrayList<>();
        for (int c = 0; c < gate.size(); c++) {
            criteria.add(tallies.get(c).report(gate.get(c), queries));
        }
        return criteria;
    }

    private List<Report.AbortReport> abortRules(Map<String, String> queries) {
        List<Report.AbortReport> all = new ArrayList<>();
        int i = 0;
        for (AbortRule rule : plan.abort()) {
            Criterion c = rule.criterion();
            Report.CriterionReport checks = c == null ? null : abort.get(i++).report(c, queries);
            all.add(new Report.AbortReport(rule.label(), rule.label().equals(fired), checks));
        }
        return all;
    }

    /** Adds up the checks of one criterion. */
    private static final class CheckTally {

        /** By {@link CheckOutcome}. */
        private final long[] outcomes = new long[4];

        private double least = Double.POSITIVE_INFINITY;
        private double greatest = Double.NEGATIVE_INFINITY;
        private double sum;
        private long values;
        private Check last;
        private Long firstFail;
        private String firstFailSays;

        void add(long at, Check check) {
            last = check;
            outcomes[check.outcome().ordinal()]++;
            if (check.outcome() == CheckOutcome.FAIL && firstFail == null) {
                firstFail = at;
                firstFailSays = check.says();
            }
            if (check.value() != null) {
                least = Math.min(least, check.value());
                greatest = Math.max(greatest, check.value());
                sum += check.value();
                values++;
            }
        }

        Report.CriterionReport report(Criterion c, Map<String, String> queries) {
            return new Report.CriterionReport(
                    c.label(),
                    c.unit(),
                    queries.get(c.query(Track.CANARY).key()),
                    outcomes[0],
                    outcomes[1],
                    outcomes[2],
                    outcomes[3],
                    values == 0 ? null : least,
                    values == 0 ? null : sum / values,
                    values == 0 ? null : greatest,
                    last == null ? null : last.outcome(),
                    last,
                    firstFail,
                    firstFailSays,
                    c.dryRun(),
                    c.info());
        }
    }
}
