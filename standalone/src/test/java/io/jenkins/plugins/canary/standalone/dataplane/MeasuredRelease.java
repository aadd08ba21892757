package io.jenkins.plugins.canary.standalone.dataplane;

import io.jenkins.plugins.canary.standalone.cli.Cli;
import io.jenkins.plugins.canary.standalone.cli.CommandProcess;
import java.nio.file.Path;

/** One release with users, from the first request to the last. */
public final class MeasuredRelease {

    /** Requests a second. */
    static final int PER_SECOND = 60;
    /** Seconds that each phase has to stay green. */
    static final int HOLD = 8;
    /** Seconds that a whole release takes at most, on a busy machine. */
    static final int LONGEST = 400;
    /** Seconds of requests after the end of the rollout. */
    private static final int AFTER = 5;

    private static final String HARMED_IN = "Watching phase Ramp 2";

    private MeasuredRelease() {}

    /** What happens to the canary, while it has 25% of the requests. */
    public enum Harm {
        NONE,
        /** Half of its answers are errors. */
        ERRORS,
        /** All its pods die, and no endpoint is left. */
        NO_ENDPOINTS
    }

    /**
     * What users saw.
     *
     * @param reactionMillis from the harm to the last request that was lost; 0 without harm
     */
    public record Result(Cli.Ended ended, TrafficShares shares, long reactionMillis) {}

    public static Result of(DataPlane.Route route, Harm harm, Path dir) throws Exception {
        try (DataPlane plane = new DataPlane(route, dir);
                OpenLoopClient users = new OpenLoopClient(plane.uri(), PER_SECOND);
                CommandProcess run = CommandProcess.start(dir, "run", plane.plan(HOLD), "--version", "v2", "--json")) {
            long begun = 0;
            if (harm != Harm.NONE) {
                run.awaits(HARMED_IN);
                begun = System.currentTimeMillis();
            }
            switch (harm) {
                case ERRORS -> plane.node.fail("v2", 0.5);
                case NO_ENDPOINTS -> plane.node.takeDown("api-canary");
                default -> {}
            }
            Cli.Ended ended = run.end(LONGEST);
            users.keepOn(AFTER);
            users.close();
            TrafficShares shares = TrafficShares.of(users.answers(), plane.journal());
            long last = shares.lost().stream()
                    .mapToLong(OpenLoopClient.Answer::millis)
                    .max()
                    .orElse(begun);
            return new Result(ended, shares, harm == Harm.NONE ? 0 : last - begun);
        }
    }
}
