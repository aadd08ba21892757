package io.jenkins.plugins.canary.engine.report;

import io.jenkins.plugins.canary.engine.Sha256;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.probe.Loads.LoadReport;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Folds a journal into a report, event by event; what it keeps grows with what people did, not with the ticks. */
final class ReportFold {

    private final CanaryPlan plan;
    private final RolloutView view;
    private final List<List<CheckTally>> gates = new ArrayList<>();
    private final List<CheckTally> abort = new ArrayList<>();
    private final List<CheckTally> watched;
    private final List<ProbeResult> probes = new ArrayList<>();
    private final List<LoadReport> loads = new ArrayList<>();
    private final List<Report.Decision> decisions = new ArrayList<>();
    private final List<RolloutStatusResponse.EventRow> events = new ArrayList<>();
    private final String[] failures;
    private String fired;
    private String takenBack;

    ReportFold(CanaryPlan plan) {
        this.plan = plan;
        view = new RolloutView(plan);
        for (Phase phase : plan.phases()) {
            gates.add(tallies(phase.gate().size()));
        }
        abort.addAll(tallies(
                (int) plan.abort().stream().filter(r -> r.criterion() != null).count()));
        watched = tallies(
                plan.aftercare() == null ? 0 : plan.gate(plan.afterwards()).size());
        failures = new String[plan.phases().size()];
    }

    private static List<CheckTally> tallies(int size) {
        List<CheckTally> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(new CheckTally());
        }
        return all;
    }

    void apply(RolloutEvent event) {
        view.apply(event);
        RolloutStatusResponse.EventRow row = Sentences.of(plan, view.seq(), event);
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
            decisions.add(new Report.Decision(
                    row.at(),
                    row.kind(),
                    s.phase() < 0 ? null : s.current(plan).name(),
                    row.by(),
                    row.text(),
                    evidence));
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
        List<Report.PhaseReport> phases = new ArrayList<>();
        for (int i = 0; i < plan.phases().size(); i++) {
            phases.add(phase(i, a.progress().phases().get(i), s.queries()));
        }
        return new Report(
                Report.FORMAT,
                journal,
                new Report.Rollout(
                        a.subject().rollout(),
                        plan.name(),
                        a.subject().version(),
                        a.subject().owner(),
                        a.subject().by(),
                        a.subject().startedAt(),
                        a.subject().endedAt(),
                        a.standing().status(),
                        a.standing().says(),
                        a.standing().reason(),
                        s.weight(),
                        s.evidence().ticks()),
                new Report.Plan(
                        plan.name(), Sha256.hex(s.started().plan()), s.started().plan()),
                phases,
                abortRules(s.queries()),
                decisions,
                a.progress().checklists(),
                probes,
                loads,
                a.pending().watch(),
                a.pending().watch() == null ? List.of() : criteria(watched, plan.gate(plan.afterwards()), s.queries()),
                events,
                s.queries(),
                a.progress().traffic(),
                a.history().series());
    }

    private Report.PhaseReport phase(int i, RolloutStatusResponse.PhaseRow row, Map<String, String> queries) {
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
        return new Report.PhaseReport(
                row,
                verdict,
                reason,
                criteria(gates.get(i), plan.phases().get(i).gate(), queries));
    }

    private static List<Report.CriterionReport> criteria(
            List<CheckTally> tallies, List<Criterion> gate, Map<String, String> queries) {
        List<Report.CriterionReport> criteria = new ArrayList<>();
        for (int c = 0; c < gate.size(); c++) {
            criteria.add(report(tallies.get(c), gate.get(c), gate.get(c).label(), queries));
        }
        return criteria;
    }

    private List<Report.AbortReport> abortRules(Map<String, String> queries) {
        List<Report.AbortReport> all = new ArrayList<>();
        int i = 0;
        for (AbortRule rule : plan.abort()) {
            all.add(new Report.AbortReport(
                    rule.label(),
                    rule.label().equals(fired),
                    rule.criterion() == null
                            ? null
                            : report(
                                    abort.get(i++),
                                    rule.criterion(),
                                    rule.criterion().label(),
                                    queries)));
        }
        return all;
    }

    private static Report.CriterionReport report(
            CheckTally tally, Criterion c, String label, Map<String, String> queries) {
        return tally.report(label, c.unit(), queries.get(c.query(Track.CANARY).key()));
    }
}
