package io.jenkins.plugins.canary.engine.rollout;

import static io.jenkins.plugins.canary.engine.rollout.VirtualRelease.HOUR;
import static io.jenkins.plugins.canary.engine.rollout.VirtualRelease.MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.window.Freeze;
import io.jenkins.plugins.canary.engine.plan.window.FreezeCalendar;
import io.jenkins.plugins.canary.engine.plan.window.WeeklyWindow;
import io.jenkins.plugins.canary.engine.plan.window.WindowSchedule;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.testing.FakeRouter;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for the plan's windows and what does not, in virtual time; which begins at 22:13 on a Tuesday. */
class WindowTest {

    private static final FreezeCalendar CALENDAR = new FreezeCalendar("https://calendar.example/freeze.ics", null);

    private static Windows windows(String open, FreezeCalendar calendar) {
        List<WeeklyWindow> weekly = open == null ? List.of() : List.of(WeeklyWindow.of(open));
        return new Windows(List.of(new WindowSchedule(ZoneOffset.UTC, weekly, List.of(), calendar)));
    }

    private static CanaryPlan plan(Duration hold, Windows windows) {
        return SamplePlans.within(
                SamplePlans.plan(
                        List.of(SamplePlans.phase("half", 50, hold, null), SamplePlans.phase("full", 100, hold, null)),
                        SamplePlans.rules(),
                        null,
                        OnBuildEnd.ROLLBACK),
                windows);
    }

    private static VirtualRelease office(Duration hold) {
        return new VirtualRelease(plan(hold, windows("09:00-16:30", null)));
    }

    private static void until(VirtualRelease release, String time) {
        LocalTime now = LocalTime.ofInstant(Instant.ofEpochMilli(release.clock.time()), ZoneOffset.UTC);
        long seconds = LocalTime.parse(time).toSecondOfDay() - now.toSecondOfDay();
        release.pass(1_000 * Math.floorMod(seconds, 24L * 3600) + MINUTE);
    }

    @Test
    void theFirstShiftWaitsForTheWindowAndEveryRiseIsInIt() {
        VirtualRelease release = office(Duration.ofMinutes(20));
        until(release, "08:58");
        assertEquals(Weight.ZERO, release.router.weight);
        assertEquals(Status.AWAITING_WINDOW, release.status());
        until(release, "09:00");
        assertEquals(Weight.ofPercent(50), release.router.weight);
        release.pass(HOUR);
        assertEquals(Outcome.PROMOTED, release.run.state().ended().outcome());
        assertEquals(1, release.written(RolloutEvent.WindowClosed.class).size());
        assertEquals(1, release.written(RolloutEvent.WindowOpened.class).size());
    }

    @Test
    void aPhaseThatPassesAtNightGoesOnInTheMorningAndStaysPassed() {
        VirtualRelease release = office(Duration.ofHours(10));
        until(release, "09:00");
        until(release, "23:00");
        assertEquals(Status.AWAITING_WINDOW, release.status());
        assertEquals(Weight.ofPercent(50), release.router.weight);
        until(release, "09:00");
        assertEquals(Weight.FULL, release.router.weight);
        until(release, "23:00");
        assertFalse(release.router.promoted);
        assertEquals(Status.AWAITING_WINDOW, release.status());
        until(release, "09:00");
        assertTrue(release.router.promoted);
    }

    @Test
    void aFailingCheckTakesThePassBackAtNightToo() {
        VirtualRelease release = office(Duration.ofHours(10));
        until(release, "09:00");
        until(release, "23:00");
        release.errors = 0.015;
        release.pass(20_000);
        release.errors = 0.001;
        assertEquals(Status.WATCHING, release.status());
        until(release, "09:05");
        assertEquals(Weight.FULL, release.router.weight, "green again for ten hours, from 23:01 to 09:01");
    }

    @Test
    void aRollbackWaitsForNoWindow() {
        VirtualRelease release = office(Duration.ofHours(10));
        until(release, "09:00");
        until(release, "20:00");
        release.errors = 0.3;
        release.pass(MINUTE);
        assertEquals(Outcome.ROLLED_BACK, release.run.state().ended().outcome());
        assertEquals(Weight.ZERO, release.router.weight);
    }

    @Test
    void theDeadlineWaitsWhileTheWindowIsClosed() {
        VirtualRelease release = office(Duration.ofHours(4));
        until(release, "09:00");
        flapping(release, 20);
        long dawn = release.run.state().evidence().gate().dataMillis();
        assertTrue(dawn < 8 * HOUR, "seven and a half hours of the window: " + dawn);
        assertEquals(Status.WATCHING, release.status());
        flapping(release, 10);
        assertEquals(Outcome.ROLLED_BACK, release.run.state().ended().outcome());
        assertTrue(
                release.run.state().ended().reason().contains("within its deadline of 12 h"),
                release.run.state().ended().reason());
    }

    /** Never green for long, and never red three times in a row. */
    private static void flapping(VirtualRelease release, int hours) {
        for (int i = 0; i < hours * 120; i++) {
            release.errors = 0.015;
            release.pass(15_000);
            release.errors = 0.001;
            release.pass(15_000);
        }
    }

    @Test
    void anOverrideLetsOneRiseGoAheadAndIsOnRecord() throws Exception {
        VirtualRelease release = office(Duration.ofHours(2));
        release.pass(MINUTE);
        assertThrows(CommandRefused.class, () -> release.run.command(new Input.OverrideWindow("ada", " ")));
        release.run.command(new Input.OverrideWindow("ada", "hotfix for OPS-1"));
        release.run.command(new Input.OverrideWindow("bob", "the same"));
        release.pass(MINUTE);
        assertEquals(Weight.ofPercent(50), release.router.weight);
        release.pass(3 * HOUR);
        assertEquals(Weight.ofPercent(50), release.router.weight, "one rise, no more");
        assertEquals(Status.AWAITING_WINDOW, release.status());
        List<RolloutEvent.WindowOverridden> said = release.written(RolloutEvent.WindowOverridden.class);
        assertEquals(1, said.size());
        assertEquals("ada", said.get(0).by());
        assertEquals("hotfix for OPS-1", said.get(0).comment());
    }

    @Test
    void anOverrideEndsWhenTheWindowOpens() throws Exception {
        VirtualRelease release = office(Duration.ofHours(20));
        until(release, "09:00");
        until(release, "17:00");
        release.run.command(new Input.OverrideWindow("ada", "perhaps"));
        release.errors = 0.015;
        release.pass(20_000);
        release.errors = 0.001;
        until(release, "09:00");
        CommandRefused refused =
                assertThrows(CommandRefused.class, () -> release.run.command(new Input.OverrideWindow("ada", "again")));
        assertTrue(refused.getMessage().contains("open"), refused.getMessage());
        until(release, "17:00");
        assertNull(release.run.state().window().overriddenBy());
    }

    @Test
    void aRestartKeepsWhatWasSaidAndTheJournalGivesTheSameState() throws Exception {
        VirtualRelease release = office(Duration.ofHours(5));
        until(release, "09:00");
        until(release, "17:00");
        release.run.command(new Input.OverrideWindow("ada", "hotfix"));
        RolloutState before = release.run.state();
        release.crashed(MINUTE);
        assertEquals(before.window(), release.run.state().window());
        release.pass(3 * HOUR);
        assertTrue(release.router.promoted);
        assertEquals(release.run.state(), RolloutState.of(release.run.plan(), release.written));
    }

    @Test
    void aShiftThatWasLeftOverNightIsNotMadeInTheNight() {
        VirtualRelease release = office(Duration.ofMinutes(20));
        release.router.fault = call -> {
            if (call == FakeRouter.Call.SHIFT) {
                throw new RouterException("busy");
            }
        };
        until(release, "09:00");
        assertEquals(Status.SHIFTING, release.status());
        int asked = release.router.intents.size();
        release.crashed(14 * HOUR);
        release.pass(MINUTE);
        assertEquals(Weight.ZERO, release.router.weight);
        assertEquals(Outcome.ROLLED_BACK, release.run.state().ended().outcome());
        assertEquals(asked, release.router.intents.size(), "nothing was asked for in the night");
    }

    @Test
    void aCalendarThatDoesNotAnswerKeepsTheWeightWhereItIs() {
        VirtualRelease release = new VirtualRelease(plan(Duration.ofMinutes(20), windows(null, CALENDAR)));
        release.pass(10 * MINUTE);
        assertEquals(Weight.ofPercent(50), release.router.weight);
        release.calendar = new Windows.Known(List.of(), "the calendar cannot be read: too slow", false);
        release.pass(3 * HOUR);
        assertEquals(Weight.ofPercent(50), release.router.weight);
        assertEquals(Status.AWAITING_WINDOW, release.status());
        assertEquals(
                List.of("the calendar cannot be read: too slow"),
                release.written(RolloutEvent.Warned.class).stream()
                        .map(RolloutEvent.Warned::message)
                        .toList());
        Instant now = Instant.ofEpochMilli(release.clock.time());
        Freeze freeze = new Freeze(now.minusSeconds(60), now.plus(Duration.ofHours(5)), "Black Friday");
        release.calendar = new Windows.Known(List.of(freeze), null, true);
        release.pass(4 * HOUR);
        assertEquals("Black Friday", release.run.state().window().reason());
        release.pass(90 * MINUTE);
        assertEquals(Weight.FULL, release.router.weight);
    }

    @Test
    void aWindowThatClosesHoldsAlsoWhileTheJournalCannotBeWritten() {
        VirtualRelease release = office(Duration.ofHours(7));
        until(release, "09:00");
        until(release, "16:20");
        release.diskFull = true;
        release.pass(20 * MINUTE);
        release.diskFull = false;
        release.pass(HOUR);
        assertEquals(
                1,
                release.written(RolloutEvent.ShiftIntended.class).stream()
                        .filter(e -> e.at() > release.clock.time() - 2 * HOUR)
                        .count(),
                "at 16:01, in the window");
        assertEquals(2, release.written(RolloutEvent.WindowClosed.class).size());
        assertEquals(release.run.state(), RolloutState.of(release.run.plan(), release.written));
    }
}
