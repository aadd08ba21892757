package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.io.PrintWriter;
import java.time.Duration;

/** Asks a router until what is wanted was read back; tells once what stands in the way. */
record ManualTrafficLoop(
        TrafficRouter router, ManualTrafficMove move, String version, Duration patience, PrintWriter out) {

    private static final long PAUSE_MILLIS = 500;

    Observation run() throws Failure, RouterException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        String told = "";
        while (true) {
            String says;
            try {
                Observation seen = router.observe();
                if (move.isDone(seen)) {
                    return seen;
                }
                move.ask(router, version);
                seen = router.observe();
                if (move.isDone(seen)) {
                    return seen;
                }
                says = "at " + seen.weight() + (seen.detail().isEmpty() ? "" : ": " + seen.detail());
            } catch (RouterException e) {
                if (e.permanent() && move.kind() != ManualTrafficMove.Kind.ROLLBACK) {
                    throw e;
                }
                says = e.getMessage();
            }
            if (!says.equals(told)) {
                out.println(says);
                told = says;
            }
            if (System.nanoTime() > end) {
                throw new Failure(
                        Exit.INFRASTRUCTURE,
                        "it could not be read back within " + Units.print(patience) + "; last: " + says);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
