package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One seeded rollout in virtual time with faults at every boundary: source down, late or NaN, router deaf, slow or
 * edited by others, disk full, process killed before and after every write and call, last line torn, clock set
 * forward and back, people who say things twice. {@link #run} checks the invariants as it goes.
 */
final class Simulation {

    private static final long HOUR = 3_600_000;
    private static final long TROUBLE_ENDS = 2 * HOUR;
    private static final long GIVES_UP = 48 * HOUR;
    /** Ticks in which a comparison of counts sees a tenth of the requests fail, a phase that opens anew included. */
    private static final int COMPARED_IN = 8;

    final long seed;
    private final Random random;
    private final VirtualServices clock;
    private final CanaryPlan plan;
    private final SimRouter router;
    private final Random baselines;
    private final SimService service;
    private final SimDisk disk;
    private final SimPower power = new SimPower();
    /** When every pod of the canary goes away for good; never for most. */
    private final long podsDieAt;

    private final boolean canaryIsBad;
    private final boolean trouble;
    private final long begin;
    private RolloutRun run;
    /** Whether a process watches; what one decided that died before it was written never was. */
    private boolean up;

    private int crashes;
    private boolean meddled;
    private boolean lost;
    private final SimOrder order;
    private final Set<String> everTicked = new java.util.HashSet<>();

    private final SimPulse pulse;
    private AssertionError broken;
    private final boolean hostile;
    private final boolean lossy;
    private final boolean giants;
    private final long giantsEnd;
    private final long badFrom;

    private static final CanaryHealth DOWN = new CanaryHealth(CanaryHealth.State.DOWN, "0 of 2 pods ready");

    /** What goes wrong beside the canary itself. */
    enum Mode {
        NOTHING,
        /** Everything that may. */
        TROUBLE,
        /** A second source does what strangers do, criteria throw, and timers are lost; router, disk and first source are well. */
        HOSTILE,
        /**
         * Requests are counted by a source that says giant numbers from the first tick on, and later what there are; the process
         * is begun again. Only a comparison of the counts takes the canary back, and no router bounds them.
         */
        GIANTS
    }

    Simulation(long seed, Mode mode) {
        this.seed = seed;
        trouble = mode == Mode.TROUBLE;
        giants = mode == Mode.GIANTS;
        random = new Random(seed);
        clock = new VirtualServices(random.nextLong());
        clock.latency(trouble ? 1 + random.nextInt(3_000) : 0);
        begin = clock.time();
        hostile = mode == Mode.HOSTILE || trouble && random.nextInt(4) == 0;
        lossy = hostile && random.nextBoolean();
        CanaryPlan made = new SimPlans(random, giants, hostile).next();
        // Of a random of their own, so that the other seeds stay what they were.
        baselines = new Random(seed);
        boolean baseline = !giants && baselines.nextInt(4) == 0;
        plan = baseline ? SamplePlans.withBaseline(made) : made;
        order = new SimOrder(plan, this::check);
        pulse = new SimPulse(plan, clock::time, this::check);
        canaryIsBad = random.nextInt(3) == 0;
        badFrom = begin + (long) (random.nextDouble() * HOUR / 2);
        double faults = trouble ? random.nextDouble() * 0.3 : 0;
        double crash = trouble && random.nextBoolean() ? random.nextDouble() * 0.03 : 0;
        router = new SimRouter(random, power, faults, crash);
        router.counts = random.nextBoolean() && !giants;
        router.beforeShift = this::mayShift;
        router.health = random.nextBoolean() ? CanaryHealth.READY : null;
        router.baseline = baseline ? CanaryHealth.READY : null;
        podsDieAt =
                mode == Mode.NOTHING && random.nextInt(4) == 0 ? begin + random.nextInt((int) HOUR) : Long.MAX_VALUE;
        service = new SimService(clock, random, faults, at -> canaryIsBad && at >= badFrom);
        if (hostile) {
            service.hostility = SimService.Hostility.values()[random.nextInt(SimService.Hostility.values().length)];
            clock.lose(lossy ? 0.05 : 0);
        }
        giantsEnd = giants ? begin + random.nextInt((int) HOUR / 2) : begin;
        service.hostility = giants ? SimService.Hostility.MANY_REQUESTS : service.hostility;
        disk = new SimDisk(random, power, crash, trouble ? random.nextDouble() * 0.02 : 0);
    }

    /** Traffic may be moved only when the intent for it is on disk, and never above its phase or the cap. */
    private void mayShift(Weight to, ExtraTraffic extra) {
        RolloutState s = run.state();
        check(!s.isEnded(), "the router was asked for " + to + " after the end");
        if (to.isZero() && extra.isNone()) {
            return;
        }
        check(
                disk.hasOnDisk(e -> e instanceof RolloutEvent.ShiftIntended i
                        && i.to().equals(to)
                        && plan.phases().get(i.phase()).extra().equals(extra)),
                extra.beside(to) + " was set without its intent on disk");
        check(
                plan.cap() == null
                        || to.compareTo(plan.cap().weight()) <= 0
                        || plan.checklists().get("redis-ready").texts().stream()
                                .allMatch(item -> everTicked.contains(item)),
                to + " is above the cap of " + plan.cap());
    }

    /** Kept, since a rollout survives whatever is thrown at it, this too. */
    private void check(boolean holds, String what) {
        check(holds, () -> what);
    }

    /** For what is checked of every event: most of them are fine, and printing one takes longer than folding it. */
    private void check(boolean holds, Supplier<String> what) {
        if (!holds) {
            broken = broken == null ? new AssertionError(what.get()) : broken;
            throw broken;
        }
    }

    /** Runs to the end and checks what must be true of every rollout. */
    CanaryPlan plan() {
        return plan;
    }

    /** All that was written, after {@link #run}. */
    List<RolloutEvent> journal() throws IOException {
        return disk.written();
    }

    RolloutState run() throws IOException {
        clock.world(0, () -> boot(List.of()));
        if (trouble || hostile) {
            clock.world(TROUBLE_ENDS, this::calm);
        }
        if (podsDieAt < Long.MAX_VALUE) {
            clock.world(podsDieAt - begin, () -> router.health = DOWN);
        }
        if (giants) {
            clock.world(giantsEnd - begin, this::calm);
            clock.world(random.nextInt((int) HOUR / 2), () -> power.cut());
        }
        if (trouble) {
            clock.world(random.nextInt(600_000), this::mischief);
            if (random.nextInt(3) == 0) {
                clock.world(random.nextInt(600_000), this::misroute);
            }
            if (random.nextInt(3) == 0) {
                clock.world(random.nextInt(600_000), this::pods);
            }
        }
        if (router.baseline != null) {
            clock.world(baselines.nextInt(600_000), this::baselinePods);
        }
        clock.world(1_000, this::traffic);
        clock.world(20_000, this::person);
        while ((!up || !run.state().isEnded()) && clock.time() - begin < GIVES_UP) {
            clock.step();
            if (broken != null) {
                throw broken;
            }
            if (power.isOff()) {
                reboot();
            }
        }
        RolloutState end = run.state();
        check(end.isEnded(), "it never ended: " + end.status(plan) + ", " + end);
        afterwards(end);
        return end;
    }

    private void boot(List<RolloutEvent> events) {
        up = true;
        run = new RolloutRun(plan, RolloutState.of(plan, events), disk, router, service, clock, c -> calendar());
        pulse.booted();
        run.listen(pulse::seen);
        new TickSupervisor(clock).add(run);
        if (events.isEmpty()) {
            run.begin(new RolloutEvent.Started(
                            clock.now(),
                            "r" + seed,
                            plan.name(),
                            "v2",
                            plan.text(),
                            AdvanceMode.AUTOMATIC,
                            "sim",
                            "ada",
                            Map.of())
                    .with(SimPlans.INVOLVED, null));
        } else {
            run.resume();
        }
    }

    /** A calendar without events, which does not always answer. */
    private Windows.Known calendar() {
        boolean answers = !(trouble && clock.time() - begin < TROUBLE_ENDS) || clock.time() / HOUR % 2 == 0;
        return new Windows.Known(List.of(), answers ? null : "the calendar cannot be read: too slow", answers);
    }

    private void reboot() throws IOException {
        crashes++;
        up = false;
        run.stop();
        clock.crash();
        power.on();
        List<RolloutEvent> events = disk.restart();
        boolean open = !events.isEmpty() && !(events.get(events.size() - 1) instanceof RolloutEvent.Ended);
        if (open && trouble && disk.isNoted() && random.nextInt(20) == 0) {
            events = lose(events);
        }
        List<RolloutEvent> found = events;
        clock.world(random.nextBoolean() ? 10 : random.nextInt(1_800_000), () -> boot(found));
    }

    /** The journal of an open rollout is missing, cut short or changed: that is seen, and a new one takes its place. */
    private List<RolloutEvent> lose(List<RolloutEvent> events) throws IOException {
        disk.spoil();
        try {
            disk.events();
        } catch (JournalException seen) {
            check(seen.isLost(), "a spoilt journal that could be waited for: " + seen.getMessage());
            lost = true;
            RolloutEvent.Started began = new RolloutEvent.Started(
                    clock.now(),
                    "r" + seed,
                    plan.name(),
                    "v2",
                    plan.text(),
                    AdvanceMode.AUTOMATIC,
                    "sim",
                    "sim",
                    Map.of());
            String loss = seen.getMessage();
            RolloutEvent rollBack = JournalRecovery.rollBack(began, loss, null);
            return disk.replace(JournalRecovery.ending(began, loss, null, rollBack));
        }
        throw new AssertionError("a spoilt journal was believed: of " + events.size() + " events "
                + disk.events().size());
    }

    /** The router routes as it likes, does not say what it counted, or counts anew; each for a while. */
    private void misroute() {
        if (clock.time() - begin > TROUBLE_ENDS) {
            return;
        }
        switch (random.nextInt(4)) {
            // Less than its weight more often than more: that is waited for, and the rollout goes on.
            case 0 -> router.routes = random.nextDouble() * (random.nextInt(3) == 0 ? 1 : router.weight.share());
            case 1 -> router.routes = null;
            case 2 -> router.silent = !router.silent;
            default -> router.restart();
        }
        clock.world(1 + random.nextInt(300_000), this::misroute);
    }

    /** Pods of the canary fail, go away and come back. */
    private void pods() {
        if (clock.time() - begin > TROUBLE_ENDS) {
            return;
        }
        CanaryHealth.State[] states = CanaryHealth.State.values();
        CanaryHealth.State state = states[random.nextInt(random.nextInt(20) == 0 ? states.length : 2)];
        router.health = random.nextInt(4) == 0 ? DOWN : new CanaryHealth(state, state.name());
        clock.world(1 + random.nextInt(router.health.is(CanaryHealth.State.DOWN) ? 20_000 : 300_000), this::pods);
    }

    /** Pods of the baseline go away and come back; it keeps its requests for a few ticks at most. */
    private void baselinePods() {
        boolean down = router.baseline.is(CanaryHealth.State.DOWN);
        router.baseline = down ? CanaryHealth.READY : DOWN;
        if (!down && !trouble && !hostile && up) {
            clock.world(60_000, this::mustHaveLostItsRequests);
        }
        clock.world(1 + baselines.nextInt(down ? 1_200_000 : 120_000), this::baselinePods);
    }

    private void mustHaveLostItsRequests() {
        check(
                !router.baseline.is(CanaryHealth.State.DOWN)
                        || router.baselineShare.isZero()
                        || run.state().isEnded(),
                "the baseline cannot serve, and gets " + router.baselineShare);
    }

    private void calm() {
        router.health = podsDieAt < clock.time() ? DOWN : router.health == null ? null : CanaryHealth.READY;
        clock.lose(0);
        service.hostility = SimService.Hostility.NONE;
        router.routes = null;
        router.silent = false;
        router.faulty = false;
        service.faulty = false;
        disk.faulty = false;
    }

    private void traffic() {
        router.serve(200);
        clock.world(1_000, this::traffic);
    }

    /** Somebody edits the weight by hand, or sets the clock. */
    private void mischief() {
        if (clock.time() - begin > TROUBLE_ENDS || disk.hasOnDisk(e -> e instanceof RolloutEvent.Ended)) {
            return;
        }
        switch (random.nextInt(4)) {
            case 3 -> {
                if (!router.promoted && !router.calls.isEmpty()) {
                    router.extra = random.nextBoolean() ? ExtraTraffic.NONE : SimPlans.STAFF;
                }
            }
            case 0 -> {
                meddled |= router.promoted;
                router.weight = Weight.ofPercent(random.nextInt(101));
                router.promoted = false;
            }
            case 1 -> clock.jump(random.nextInt((int) HOUR) - HOUR / 2);
            default -> {}
        }
        clock.world(random.nextInt(1_800_000), this::mischief);
    }

    /** People agree and withdraw, tick items, withdraw some, and lift holds, everything twice. */
    private void person() {
        clock.world(20_000, this::person);
        List<Input.Command> says = new ArrayList<>(List.of(new Input.LiftHold("ada")));
        int phase = run.state().phase();
        says.add(new Input.Approve(phase, "eve", Set.of(), "nobody named me"));
        for (String manager : SimPlans.MANAGERS) {
            if (random.nextBoolean()) {
                says.add(new Input.Approve(phase, manager, Set.of("release-managers"), "looks good"));
            } else if (random.nextInt(4) == 0) {
                says.add(new Input.WithdrawApproval(phase, manager));
            }
        }
        for (String item : plan.checklists().get("redis-ready").texts()) {
            if (random.nextInt(10) == 0) {
                everTicked.add(item);
                says.add(new Input.TickItem("redis-ready", item, "ada"));
            } else if (random.nextInt(20) == 0) {
                says.add(new Input.WithdrawItem("redis-ready", item, "ada"));
            }
        }
        plan.checklists()
                .forEach((name, list) -> list.items().forEach(item -> {
                    if (!name.equals("redis-ready")) {
                        says.add(
                                random.nextInt(20) == 0
                                        ? new Input.WithdrawItem(name, item.text(), "ada")
                                        : new Input.TickItem(name, item.text(), "ada"));
                    }
                }));
        if (random.nextInt(100) == 0) {
            says.add(new Input.OverrideWindow("ada", "hotfix"));
        }
        if (random.nextInt(20) == 0) {
            says.add(new Input.KeepVersion("ada", "known"));
        }
        if (trouble && random.nextInt(500) == 0) {
            says.add(new Input.EndWatch("ada", "seen enough"));
        }
        if (trouble && random.nextInt(1_000) == 0) {
            says.add(new Input.RollBack("ada", "a bad feeling"));
        }
        for (Input.Command command : says) {
            for (int i = 0; i < 2; i++) {
                try {
                    run.command(command);
                } catch (Input.CommandRefused refused) {
                    check(!refused.getMessage().isBlank(), "a refusal without a reason");
                }
            }
        }
    }

    private void afterwards(RolloutState end) throws IOException {
        calm();
        clock.advance(600_000);
        List<RolloutEvent> events = disk.written();
        check(
                RolloutState.of(plan, events).equals(end),
                () -> "the journal does not give the state that was lived: " + RolloutState.of(plan, events)
                        + " instead of " + end);
        check(events.stream().filter(e -> e instanceof RolloutEvent.Ended).count() == 1, "not one end");
        check(events.get(events.size() - 1) instanceof RolloutEvent.Ended, "something follows the end");
        switch (end.ended().outcome()) {
            case ROLLED_BACK ->
                check(
                        router.weight.isZero()
                                && router.baselineShare.isZero()
                                && router.extra.isNone()
                                && !router.promoted,
                        "rolled back, and the canary gets " + router.extra.beside(router.weight));
            case PROMOTED ->
                check(
                        router.promoted && router.extra.isNone() || meddled,
                        "promoted, and the router does not know, or gives the canary " + router.extra);
            case FAILED -> check(router.calls.isEmpty(), "failed to begin, after " + router.calls);
            case HELD -> check(false, "nobody asked for HELD");
        }
        if ((hostile || giants)
                && !trouble
                && canaryIsBad
                && end.watch() == null
                && end.ended().outcome() == Outcome.ROLLED_BACK) {
            pulse.checkRolledBackInTime(Math.max(badFrom, giantsEnd), giants ? COMPARED_IN : 1, lossy);
        }
        if (podsDieAt < Long.MAX_VALUE && end.ended().outcome() == Outcome.ROLLED_BACK && end.watch() == null) {
            pulse.checkRolledBackInTime(podsDieAt, plan.timing().unavailableTicks(), false);
        }
        check(!end.ended().reason().startsWith("somebody else") || meddled, "nobody else was there");
        check(
                !lost || end.ended().outcome() == Outcome.ROLLED_BACK,
                "its journal was lost, and it ended " + end.ended());
        boolean bears = end.watch() != null && plan.aftercare().onBreach() != Watch.OnBreach.ROLLBACK;
        check(
                !(canaryIsBad
                        && end.ended().outcome() == Outcome.PROMOTED
                        && !bears
                        && clock.time() - begin > HOUR
                        && !trouble),
                "a bad canary was promoted");
        order.check(events);
    }

    /** Events after a promotion. */
    long watched() {
        return order.watched();
    }

    boolean canaryIsBad() {
        return canaryIsBad || podsDieAt < Long.MAX_VALUE;
    }

    /** Rises of plans with windows. */
    int inWindow() {
        return order.inWindow();
    }

    /** Shifts within a phase. */
    int adjusted() {
        return order.adjusted();
    }

    SimTraffic observed() {
        return order.traffic();
    }

    SimPulse pulse() {
        return pulse;
    }

    int crashes() {
        return crashes;
    }

    /** Whether the journal was lost on the way. */
    boolean lost() {
        return lost;
    }
}
