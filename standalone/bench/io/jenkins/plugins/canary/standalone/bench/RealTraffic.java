package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.standalone.dataplane.DataPlane;
import io.jenkins.plugins.canary.standalone.dataplane.MeasuredRelease;
import io.jenkins.plugins.canary.standalone.dataplane.MeasuredRelease.Harm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Releases with users behind a real Traefik: the share of every phase, the requests lost, and how soon a harm is over. */
final class RealTraffic {

    /** Percentage points between a weight and the share that users got. */
    private static final double SHARE_ERROR = 1;

    private static final double REACTION_MILLIS = 10_000;

    private RealTraffic() {}

    static List<Budget> measure() throws Exception {
        String missing = DataPlane.missing();
        if (missing != null) {
            throw new IOException(missing);
        }
        List<Budget> budgets = new ArrayList<>();
        for (DataPlane.Route route : DataPlane.Route.values()) {
            MeasuredRelease.Result release = measured(route, Harm.NONE);
            String of = ", a good release, " + route.driver();
            budgets.add(new Budget(
                    "requests lost" + of,
                    0,
                    release.shares().lost().size(),
                    "",
                    "of " + release.shares().requests()));
            budgets.add(new Budget(
                    "share beside its weight" + of,
                    SHARE_ERROR,
                    release.shares().largestError(),
                    "points",
                    "the worst phase"));
        }
        for (Harm harm : List.of(Harm.ERRORS, Harm.NO_ENDPOINTS)) {
            MeasuredRelease.Result release = measured(DataPlane.Route.GATEWAY_API, harm);
            budgets.add(new Budget(
                    "harm at 25% (" + harm + ") to the last request lost",
                    REACTION_MILLIS,
                    release.reactionMillis(),
                    "ms",
                    release.shares().lost().size() + " requests lost"));
        }
        return budgets;
    }

    private static MeasuredRelease.Result measured(DataPlane.Route route, Harm harm) throws Exception {
        Path dir = Files.createTempDirectory("canary-traffic");
        MeasuredRelease.Result release = MeasuredRelease.of(route, harm, dir);
        if (release.ended().exit() != (harm == Harm.NONE ? 0 : 1)) {
            throw new IOException("the release through " + route.driver() + " ended otherwise: " + release.ended());
        }
        System.out.println("\n" + route.driver() + (harm == Harm.NONE ? "" : ", " + harm));
        System.out.print(release.shares().table());
        return release;
    }
}
