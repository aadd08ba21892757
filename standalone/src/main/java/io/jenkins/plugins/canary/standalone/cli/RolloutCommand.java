package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.rollout.Journal;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine.LaunchException;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine.Launched;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.Steps;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.FailedDeliveryRow;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.standalone.server.GateServer;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** A command that runs a rollout and so always has an outcome to tell. */
abstract class RolloutCommand extends CliCommand {

    @Option(names = "--json", description = "print one JSON object as the last line")
    boolean json;

    /** Opens a rollout, of which the view and the reaction are told everything. */
    static Launched launch(
            RolloutEngine.Release release,
            RolloutView view,
            Journal journal,
            LiveRuntimeServices clock,
            Reaction reaction)
            throws LaunchException {
        Launched launched = new RolloutEngine(clock).open(release, view.state(), journal);
        launched.run().listen(view::follow);
        launched.run().listen(reaction::follow);
        return launched;
    }

    /**
     * Serves the gate page of the rollout in the foreground.
     *
     * @param port null for no page
     * @param failedDeliveries whom notifications do not reach
     * @return null when there is no page
     */
    static GateServer page(
            Integer port,
            RolloutView view,
            RolloutRun run,
            RuntimeServices clock,
            Supplier<List<FailedDeliveryRow>> failedDeliveries)
            throws Failure {
        if (port == null) {
            return null;
        }
        if (port < 0 || port > 65_535) {
            throw Failure.usage("--port is between 0 and 65535, not " + port);
        }
        RolloutApi api = new RolloutApi(view, run, clock::now, failedDeliveries);
        try {
            return GateServer.start(api, Person.allowedAll(USER), port);
        } catch (IOException e) {
            throw Failure.infrastructure(e.getMessage());
        }
    }

    /**
     * How long a rollout took from the tick that saw a breach to weight 0 read back. A listener for the rollout; called
     * under its lock.
     */
    static final class Reaction {

        private volatile String rule;
        private volatile long seenAt;
        private volatile long backAt;

        void follow(Steps steps) {
            for (RolloutEvent event : steps.events()) {
                if (event instanceof RolloutEvent.RollbackIntended e && e.rule() != null) {
                    rule = e.rule();
                    seenAt = e.at();
                } else if (event instanceof RolloutEvent.Ended e && e.outcome() == Outcome.ROLLED_BACK) {
                    backAt = e.at();
                }
            }
        }

        /** Milliseconds; null when no abort rule fired or the weight was not read back. */
        Long millis() {
            return rule == null || backAt == 0 ? null : backAt - seenAt;
        }

        /** The same from the moment at which a second pair of eyes could see the breach, if that was before the tick. */
        Long millis(BreachWatch watch) {
            Long visible = rule == null ? null : watch.visibleAt(rule);
            return visible == null || millis() == null ? millis() : Long.valueOf(backAt - Math.min(visible, seenAt));
        }
    }
}
