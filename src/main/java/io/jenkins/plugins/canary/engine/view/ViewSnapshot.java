package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.power.ServiceBaseline;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.BlockingChecklist;
import io.jenkins.plugins.canary.engine.rollout.Measured;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.TrafficShareCheck;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ChecklistRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.EventRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ItemRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.MarkRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ProbeRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.TrafficRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The fold of a rollout's events for people: all that a stored view keeps, without what the plan can tell. Guarded by the view. */
final class ViewSnapshot {

    /** Of the events for people the newest are kept; the journal has them all. */
    static final int MOST_EVENTS = 200;

    long seq;
    RolloutState state;
    long heldAt;
    long endedAt;
    String fired;
    PhaseTable phases;
    LatestChecks checks = new LatestChecks();
    TrafficCounters counted = new TrafficCounters();
    Map<String, RolloutEvent.ItemTicked> ticked = new LinkedHashMap<>();
    Map<String, ProbeRow> probed = new LinkedHashMap<>();
    ArrayDeque<EventRow> events = new ArrayDeque<>();
    long earlierEvents;
    Series series = new Series();
    StopTimes stop = new StopTimes();
    List<MarkRow> marks = new ArrayList<>();
    ServiceBaseline service;

    void fold(CanaryPlan plan, SeriesIndex meters, RolloutEvent event, RolloutState after) {
        seq++;
        state = after;
        stop.follow(event);
        if (event instanceof RolloutEvent.Ticked e) {
            tick(plan, meters, e);
        } else {
            happened(plan, event);
            events.add(Sentences.of(plan, seq, event));
            if (events.size() > MOST_EVENTS) {
                events.removeFirst();
                earlierEvents++;
            }
        }
        phases.follow(state, event.at());
    }

    private void tick(CanaryPlan plan, SeriesIndex meters, RolloutEvent.Ticked tick) {
        double[][] values = meters.values(tick);
        checks.tick(plan, tick, meters, values[1]);
        if (service == null) {
            service = ServiceBaseline.of(Measured.values(tick.readings()));
        }
        long[] requests = counted.count(tick.requests());
        series.add(new Point(seq, tick.at(), 1, state.weight(), requests[0], requests[1], values[0], values[1]));
    }

    private void happened(CanaryPlan plan, RolloutEvent event) {
        if (event instanceof RolloutEvent.ShiftApplied e) {
            counted.count(e.requests());
            counted.shifted();
            mark(e.at(), plan.phases().get(e.phase()).name(), e.weight());
        } else if (event instanceof RolloutEvent.HoldSet || event instanceof RolloutEvent.WeightFound) {
            heldAt = event.at();
        } else if (event instanceof RolloutEvent.RollbackIntended e) {
            fired = e.rule();
            mark(e.at(), "Roll back", Weight.ZERO);
        } else if (event instanceof RolloutEvent.WatchStarted e) {
            mark(e.at(), "Promoted", e.weight());
        } else if (event instanceof RolloutEvent.Ended) {
            endedAt = event.at();
        } else if (event instanceof RolloutEvent.ItemTicked e) {
            ticked.put(e.checklist() + "/" + e.item(), e);
        } else if (event instanceof RolloutEvent.ItemWithdrawn e) {
            ticked.remove(e.checklist() + "/" + e.item());
        } else if (event instanceof RolloutEvent.Probed e) {
            probed(e.at(), e.result());
        }
    }

    /** One mark for each phase and one for the roll back, however often a weight is set anew. */
    private void mark(long at, String label, Weight weight) {
        if (marks.stream().noneMatch(m -> m.label().equals(label))) {
            marks.add(new MarkRow(at, label, weight));
        }
    }

    private void probed(long at, ProbeResult r) {
        String track = r.track().word();
        String says = Sentences.bounded(r.says());
        String statuses = r.statuses().entrySet().stream()
                .map(s -> s.getValue() + " x " + s.getKey())
                .collect(Collectors.joining(", "));
        Double p95 = r.latency().get("p95");
        probed.put(
                r.probe() + "/" + track,
                new ProbeRow(r.probe(), track, r.outcome(), says, r.requests(), statuses, p95, at));
    }

    /** What each probe came to last, in the plan's order, those that were not run yet among them. */
    List<ProbeRow> probeRows(CanaryPlan plan) {
        List<ProbeRow> rows = new ArrayList<>();
        for (String name :
                plan.probes() == null ? List.<String>of() : plan.probes().run().keySet()) {
            int before = rows.size();
            probed.values().stream().filter(r -> r.probe().equals(name)).forEach(rows::add);
            if (rows.size() == before) {
                rows.add(new ProbeRow(name, null, null, null, null, null, null, null));
            }
        }
        return rows;
    }

    /** Who ticked which item of which checklist, and when. */
    List<ChecklistRow> checklistRows(CanaryPlan plan) {
        BlockingChecklist waited = state.waitsFor(plan);
        List<ChecklistRow> rows = new ArrayList<>();
        plan.checklists().forEach((name, list) -> {
            String when = list.when() == Checklist.When.NAMED
                    ? null
                    : list.when().name().toLowerCase(Locale.ROOT);
            boolean isWaited = waited != null && name.equals(waited.checklist());
            List<ItemRow> items = list.items().stream().map(i -> row(name, i)).toList();
            rows.add(new ChecklistRow(name, when, state.complete(plan, name), isWaited, items));
        });
        return rows;
    }

    private ItemRow row(String checklist, Checklist.Item item) {
        String provenBy = item.proof() == null ? null : item.proof().label();
        RolloutEvent.ItemTicked tick = ticked.get(checklist + "/" + item.text());
        return tick == null
                ? new ItemRow(item.text(), false, null, null, provenBy, null)
                : new ItemRow(item.text(), true, tick.by(), tick.at(), provenBy, Sentences.bounded(tick.proof()));
    }

    /** Requests by track as the router counted them, over restarts of the router. */
    static final class TrafficCounters {

        private Requests before;
        private long canary;
        private long stable;
        private long canaryThen;
        private long stableThen;

        /**
         * @param now cumulative counts; null when the router did not say
         * @return requests since the last time: the canary's and both tracks'
         */
        long[] count(Requests now) {
            if (now == null) {
                return new long[2];
            }
            // A counter that fell began anew with the router: what it shows has come since.
            boolean anew = before != null && (now.canary() < before.canary() || now.stable() < before.stable());
            Requests base = before == null ? now : anew ? new Requests(0, 0) : before;
            long toCanary = now.canary() - base.canary();
            long toStable = now.stable() - base.stable();
            canary += toCanary;
            stable += toStable;
            before = now;
            return new long[] {toCanary, toCanary + toStable};
        }

        /** The share is counted from here on. */
        void shifted() {
            canaryThen = canary;
            stableThen = stable;
        }

        /** @param baseline null where the plan has none */
        TrafficRow row(Weight weight, TrafficShareCheck check, Weight baseline) {
            if (before == null) {
                return new TrafficRow(weight, null, null, null, null, baseline);
            }
            long total = canary + stable - canaryThen - stableThen;
            Double share = total == 0 ? null : Double.valueOf((double) (canary - canaryThen) / total);
            Double observed =
                    check.contradicts() ? Double.valueOf(check.observed().share()) : null;
            return new TrafficRow(weight, canary, stable, share, observed, baseline);
        }
    }
}
