package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Checklist.Item;
import io.jenkins.plugins.canary.engine.plan.Checklist.When;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.plan.window.FreezeCalendar;
import io.jenkins.plugins.canary.engine.plan.window.WeeklyWindow;
import io.jenkins.plugins.canary.engine.plan.window.WindowSchedule;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * SamplePlans for the simulation, of every shape. For one thread.
 *
 * @param giants whether only a comparison of counts takes the canary back
 * @param hostile whether a second source is asked that does what strangers do
 */
record SimPlans(Random random, boolean giants, boolean hostile) {

    static final Weight MAX_RISE = Weight.ofPercent(4);

    /** Release managers like the others, whose agreement some plans exclude. */
    static final Map<Exclusion, List<String>> INVOLVED =
            Map.of(Exclusion.STARTER, List.of("ada"), Exclusion.COMMITTERS, List.of("bob"));

    static final List<String> MANAGERS = List.of("ada", "bob", "cy", "dee", "fay");

    static final ExtraTraffic STAFF =
            new ExtraTraffic(List.of(new RequestMatch(RequestMatch.Kind.HEADER, "X-Canary", "always")), Weight.ZERO);

    CanaryPlan next() {
        List<Phase> phases = new ArrayList<>();
        double weight = 0;
        if (!giants && random.nextInt(3) == 0) {
            unweighted(phases);
        }
        ExtraTraffic kept = phases.isEmpty()
                ? ExtraTraffic.NONE
                : phases.get(phases.size() - 1).extra().mirroring(Weight.ZERO);
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            weight += 0.1 * (1 + random.nextInt((int) (10 * (100 - weight) / (count - i + 1))));
            Approval approval = random.nextInt(4) == 0 ? approval() : null;
            Phase phase = SamplePlans.phase(
                    "p" + i, Math.round(weight * 10) / 10.0, Duration.ofMinutes(random.nextInt(12)), approval);
            phase = SamplePlans.beside(phase, kept);
            phase = random.nextInt(4) == 0 ? SamplePlans.with(phase, SamplePlans.ABSENT_PASSES) : phase;
            phases.add(
                    random.nextInt(3) == 0 ? SamplePlans.with(phase, SamplePlans.TESTS.get(random.nextInt(4))) : phase);
        }
        CanaryPlan.Cap cap = random.nextInt(4) == 0
                ? new CanaryPlan.Cap(Weight.ofPercent(1 + random.nextInt(99)), "redis-ready")
                : null;
        List<AbortRule> rules = giants ? SamplePlans.comparing() : SamplePlans.rules();
        if (hostile) {
            rules.add(AbortRule.when(
                    new Criterion(
                            Metric.of("hostile"),
                            Unit.COUNT,
                            -1e6,
                            1e30,
                            null,
                            0,
                            NoDataPolicy.HOLD,
                            null,
                            SamplePlans.WINDOW),
                    Duration.ZERO));
        }
        if (random.nextInt(4) == 0) {
            rules.add(AbortRule.when(SamplePlans.SILENCE_FAILS, Duration.ofMinutes(random.nextInt(3))));
        }
        if (random.nextInt(4) == 0) {
            rules.add(AbortRule.when(SamplePlans.SILENCE_ENDS, Duration.ofMinutes(1)));
        }
        if (random.nextInt(3) == 0) {
            rules.add(AbortRule.when(SamplePlans.TESTS.get(random.nextInt(4)), Duration.ZERO));
        }
        CanaryPlan made =
                SamplePlans.plan(phases, rules, cap, random.nextBoolean() ? OnBuildEnd.ROLLBACK : OnBuildEnd.HOLD);
        made = windows(afterwards(made));
        return random.nextInt(3) > 0
                ? made
                : SamplePlans.dynamic(
                        made,
                        new WeightPolicy(
                                new DynamicWeight(Weight.ofPercent(5 + random.nextInt(96)), 1, 0.05),
                                0.9,
                                Weight.ofPercent(random.nextInt(5)),
                                MAX_RISE,
                                Duration.ofSeconds(random.nextInt(120)),
                                SamplePlans.WINDOW));
    }

    private Approval approval() {
        return new Approval(
                1 + random.nextInt(3),
                List.of("release-managers"),
                random.nextBoolean() ? INVOLVED.keySet() : Set.of(),
                random.nextBoolean() ? LocalTime.of(random.nextInt(24), 0) : null,
                ZoneOffset.UTC,
                null,
                random.nextBoolean());
    }

    /** An eighth of the plans may rise in a part of each hour only, and a half of these when a calendar answers. */
    private CanaryPlan windows(CanaryPlan p) {
        if (giants || random.nextInt(8) > 0) {
            return p;
        }
        List<WeeklyWindow> open = new ArrayList<>();
        for (int hour = 0; hour < 24; hour++) {
            int from = hour * 60 + random.nextInt(30);
            open.add(new WeeklyWindow(EnumSet.allOf(DayOfWeek.class), from, from + 5 + random.nextInt(20)));
        }
        FreezeCalendar calendar =
                random.nextBoolean() ? new FreezeCalendar("https://calendar.example/freezes.ics", null) : null;
        return SamplePlans.within(
                p, new Windows(List.of(new WindowSchedule(ZoneId.of("Europe/Berlin"), open, List.of(), calendar))));
    }

    /** A phase for staff, one that mirrors, or both. */
    private void unweighted(List<Phase> phases) {
        ExtraTraffic extra = ExtraTraffic.NONE;
        int kinds = random.nextInt(3);
        if (kinds != 0) {
            extra = STAFF;
            phases.add(unweighted("staff", extra));
        }
        if (kinds != 1) {
            phases.add(unweighted("mirror", extra.mirroring(Weight.ofPercent(1 + random.nextInt(100)))));
        }
    }

    private Phase unweighted(String name, ExtraTraffic extra) {
        return SamplePlans.beside(SamplePlans.phase(name, 0, Duration.ofMinutes(random.nextInt(12)), null), extra);
    }

    /** Half of the plans have lists at each time, and a watch. */
    private CanaryPlan afterwards(CanaryPlan p) {
        if (random.nextBoolean()) {
            return p;
        }
        Map<String, Checklist> lists = new LinkedHashMap<>(p.checklists());
        lists.put("pre", new Checklist(When.BEFORE, List.of(new Item("on call", null))));
        lists.put(
                "meanwhile",
                new Checklist(
                        When.DURING,
                        List.of(
                                new Item("alerts", null),
                                new Item("calm", SamplePlans.ratio("error-rate", null, 0.03)))));
        lists.put("post", new Checklist(When.POST, List.of(new Item("docs", null))));
        Watch.OnBreach onBreach = Watch.OnBreach.values()[random.nextInt(3)];
        return SamplePlans.with(
                p,
                lists,
                random.nextInt(4) == 0
                        ? null
                        : SamplePlans.watch(Duration.ofMinutes(1 + random.nextInt(60)), onBreach));
    }
}
