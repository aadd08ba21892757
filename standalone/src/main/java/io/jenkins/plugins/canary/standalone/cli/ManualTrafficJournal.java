package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetRecord;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Where a person's moves are written down: the journal of the rollout that is open here, or one of their own. Nothing
 * that cannot be written is done, but for a roll back.
 */
final class ManualTrafficJournal implements AutoCloseable {

    private static final String UNKNOWN = "unknown";

    private final Path file;
    private final ManualTraffic hand;
    private final String rollout;
    private final String version;
    private final PrintWriter out;
    private final JournalFile writing;

    /** @param writing null when nothing is written */
    private ManualTrafficJournal(
            Path file, ManualTraffic hand, String rollout, String version, PrintWriter out, JournalFile writing) {
        this.file = file;
        this.hand = hand;
        this.rollout = rollout;
        this.version = version;
        this.out = out;
        this.writing = writing;
    }

    /**
     * @param left the target's own record; null when there is none
     * @param named the version that the person named; null for that of the rollout
     */
    static ManualTrafficJournal open(
            Path file, ManualTrafficMove move, ManualTraffic hand, TargetRecord left, String named, PrintWriter out)
            throws Failure {
        JournalFile writing = null;
        if (move.kind() != ManualTrafficMove.Kind.OBSERVE) {
            try {
                writing = JournalFile.open(file, hand.plan(), null);
            } catch (Failure e) {
                if (move.kind() != ManualTrafficMove.Kind.ROLLBACK) {
                    throw e;
                }
                writing = recover(file, hand, left, named, e, out);
            }
        }
        RolloutEvent.Started open = writing == null || !writing.resumes() ? null : writing.started();
        try {
            if (open != null && left != null && !left.rollout().equals(open.rollout())) {
                throw new Failure(
                        Exit.INFRASTRUCTURE,
                        "the journal " + file + " is that of the rollout " + open.rollout()
                                + ", and the target says that " + left.rollout()
                                + " was at it last: name another journal with"
                                + " --journal");
            }
            String rollout = open != null
                    ? open.rollout()
                    : left != null ? left.rollout() : hand.plan().name() + "-" + UUID.randomUUID();
            String known = open != null ? open.version() : left != null ? left.version() : null;
            if (named == null && known == null && move.kind() == ManualTrafficMove.Kind.SHIFT) {
                throw new Failure(Exit.USAGE, "the version is missing: add --version V");
            }
            return new ManualTrafficJournal(
                    file, hand, rollout, named != null ? named : known != null ? known : UNKNOWN, out, writing);
        } catch (Failure e) {
            if (writing != null) {
                writing.journal().close();
            }
            throw e;
        }
    }

    /** A roll back needs no journal; where the one of the rollout is lost, it gets a new one. */
    private static JournalFile recover(
            Path file, ManualTraffic hand, TargetRecord left, String named, Failure why, PrintWriter out) {
        boolean lost = why.getCause() instanceof JournalException j && j.isLost();
        if (lost) {
            CanaryPlan plan = hand.plan();
            String rollout = left != null ? left.rollout() : plan.name() + "-" + UUID.randomUUID();
            String version = named != null ? named : left != null ? left.version() : UNKNOWN;
            try {
                out.println(why.getCause().getMessage());
                return JournalFile.recover(
                        file,
                        plan,
                        new RolloutEvent.Started(
                                LiveRuntimeServices.CLOCK.millis(),
                                rollout,
                                plan.name(),
                                version,
                                plan.text(),
                                AdvanceMode.STEPWISE,
                                hand.owner(),
                                hand.user(),
                                Map.of()),
                        hand.user(),
                        why.getCause().getMessage());
            } catch (Failure e) {
                out.println("not written down: " + e.getMessage());
                return null;
            }
        }
        out.println("not written down: " + why.getMessage());
        return null;
    }

    Path file() {
        return file;
    }

    String rollout() {
        return rollout;
    }

    String version() {
        return version;
    }

    long seq() {
        return writing == null ? 0 : writing.journal().seq();
    }

    /** Before the router is asked for anything. */
    void intends(ManualTrafficMove move) throws Failure {
        List<RolloutEvent> events = new ArrayList<>();
        long at = at();
        if (writing != null && !writing.resumes()) {
            CanaryPlan plan = hand.plan();
            events.add(new RolloutEvent.Started(
                    at,
                    rollout,
                    plan.name(),
                    version,
                    plan.text(),
                    AdvanceMode.STEPWISE,
                    hand.owner(),
                    hand.user(),
                    Map.of()));
        }
        if (move.kind() == ManualTrafficMove.Kind.ROLLBACK && isRollingBack()) {
            return;
        }
        events.add(
                switch (move.kind()) {
                    case ROLLBACK -> new RolloutEvent.RollbackIntended(at, "by hand", null, hand.user());
                    case PROMOTE -> new RolloutEvent.PromoteIntended(at);
                    default -> new RolloutEvent.Warned(at, "By hand, by " + hand.user() + ": " + move.intention());
                });
        write(events, move);
    }

    /** After it was read back. */
    void saw(ManualTrafficMove move, Observation seen) throws Failure {
        write(
                List.of(
                        switch (move.kind()) {
                            case ROLLBACK ->
                                new RolloutEvent.Ended(
                                        at(), Outcome.ROLLED_BACK, "by hand, by " + hand.user(), Weight.ZERO);
                            case PROMOTE ->
                                new RolloutEvent.Ended(
                                        at(), Outcome.PROMOTED, "by hand, by " + hand.user(), seen.weight());
                            default -> new RolloutEvent.WeightFound(at(), expected(), seen.weight());
                        }),
                move);
    }

    private boolean isRollingBack() {
        return writing != null && writing.view().state().status(writing.view().plan()) == Status.ROLLING_BACK;
    }

    /** What a rollout that goes on will miss. */
    private Weight expected() {
        return writing == null ? Weight.ZERO : writing.view().state().weight();
    }

    /** A journal never runs backwards. */
    private long at() {
        long last = writing == null || !writing.resumes()
                ? 0
                : writing.view().state().lastEventAt();
        return Math.max(last, LiveRuntimeServices.CLOCK.millis());
    }

    private void write(List<RolloutEvent> events, ManualTrafficMove move) throws Failure {
        if (writing == null) {
            return;
        }
        try {
            writing.journal().append(events);
        } catch (JournalException e) {
            if (move.kind() != ManualTrafficMove.Kind.ROLLBACK) {
                throw new Failure(Exit.INFRASTRUCTURE, e.getMessage());
            }
            out.println("not written down: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (writing != null) {
            writing.journal().close();
        }
    }
}
