package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.config.PlanCheck;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The first moments of a rollout: everything that can fail does so before traffic is touched. */
final class RolloutStarter {

    private static final Logger LOGGER = Logger.getLogger(RolloutStarter.class.getName());

    private final RolloutManager manager;
    private final StartRequest start;
    private final Path file;

    RolloutStarter(RolloutManager manager, StartRequest start) {
        this.manager = manager;
        this.start = start;
        this.file = RolloutsAction.journal(start.build(), start.id());
    }

    LiveRollout begin() throws StartRefused {
        Optional<String> problem = PlanCheck.configured().problem(start.plan(), start.version());
        if (problem.isPresent()) {
            throw new StartRefused("the rollout " + start.name() + " cannot begin: " + problem.get());
        }
        LiveRollout rollout = new LiveRollout(manager, start.entry(), start.plan());
        Optional<LiveRollout> begun = manager.reserve(rollout, start);
        if (begun.isPresent()) {
            return begun.get();
        }
        FileJournal journal = null;
        RolloutEngine.Launched launched = null;
        try {
            journal = FileJournal.open(file, already -> {
                throw new IllegalStateException("the rollout " + start.id() + " has a journal and is not open");
            });
            RolloutState empty = RolloutState.empty(start.plan());
            launched =
                    manager.engine().open(manager.release(start.entry(), start.plan(), start.build()), empty, journal);
            manager.register(start.entry());
            RolloutsAction.on(start.build()).add(start.id(), start.name(), start.version());
            start.build().save();
            rollout.launched(launched, journal, new RolloutView(start.plan()));
            Map<Exclusion, List<String>> involved = BuildPeople.of(start.build(), start.plan(), start.name());
            launched.begin(involved, BuildPeople.firstCommit(start.build(), start.name()));
            if (List.of().equals(involved.get(Exclusion.STARTER))) {
                launched.run().warn("nobody started this build: notBy: [starter] excludes nobody");
            }
            return rollout;
        } catch (RolloutEngine.LaunchException | JournalException e) {
            undo(rollout, launched, journal);
            throw new StartRefused("the rollout " + start.name() + " cannot begin: " + e.getMessage(), e);
        } catch (IOException | RuntimeException | LinkageError e) {
            undo(rollout, launched, journal);
            throw new StartRefused(
                    "the rollout " + start.name() + " cannot be recorded, and so does not begin: " + e, e);
        }
    }

    /** @param launched null when it did not come to that */
    private void undo(LiveRollout rollout, RolloutEngine.Launched launched, FileJournal journal) {
        if (launched != null) {
            launched.abandon();
        }
        manager.close(rollout);
        rollout.keep();
        forget();
        if (journal == null) {
            return;
        }
        journal.close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "an empty journal stays", e);
        }
    }

    private void forget() {
        if (!RolloutsAction.of(start.build()).map(a -> a.remove(start.id())).orElse(false)) {
            return;
        }
        try {
            start.build().save();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "the build is saved when it ends", e);
        }
    }
}
