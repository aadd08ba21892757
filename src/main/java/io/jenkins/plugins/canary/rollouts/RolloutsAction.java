package io.jenkins.plugins.canary.rollouts;

import hudson.model.BuildBadgeAction;
import hudson.model.Run;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.report.JournalReport;
import io.jenkins.plugins.canary.engine.report.Report;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.ViewStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The rollouts of a build, in the order of their start. One per build, under {@code canary}. */
@ExportedBean
public final class RolloutsAction implements RunAction2, BuildBadgeAction, StaplerProxy {

    /** Replaced, never changed: a build is saved by whoever likes, without a lock of ours. */
    private volatile ArrayList<RolloutRecord> rollouts = new ArrayList<>();

    private transient Run<?, ?> run;

    /** The action of a build that has rollouts; empty when it has none. */
    public static Optional<RolloutsAction> of(Run<?, ?> run) {
        return Optional.ofNullable(run.getAction(RolloutsAction.class));
    }

    static synchronized RolloutsAction on(Run<?, ?> run) {
        return of(run).orElseGet(() -> {
            RolloutsAction action = new RolloutsAction();
            run.addAction(action);
            return action;
        });
    }

    @Override
    public void onAttached(Run<?, ?> owner) {
        run = owner;
    }

    @Override
    public void onLoad(Run<?, ?> owner) {
        run = owner;
    }

    public Run<?, ?> getRun() {
        return run;
    }

    @Exported(visibility = 2)
    public List<RolloutRecord> getRollouts() {
        return List.copyOf(rollouts);
    }

    /** For the build's page. */
    public List<RolloutRow> getRows() {
        return getRollouts().stream().map(r -> new RolloutRow(run, r)).toList();
    }

    /** Whatever is asked for below {@code canary/}, it takes the permission to view. */
    @Override
    public Object getTarget() {
        run.checkPermission(CanaryPermissions.VIEW);
        return new RolloutsPage(this);
    }

    public Optional<RolloutRecord> find(String id) {
        return getRollouts().stream().filter(r -> r.getId().equals(id)).findFirst();
    }

    /** The newest of a name; of all when the name is null. */
    public Optional<RolloutRecord> last(String name) {
        return getRollouts().stream()
                .filter(r -> name == null || r.getName().equals(name))
                .reduce((before, after) -> after);
    }

    synchronized RolloutRecord add(String id, String name, String version) {
        return find(id).orElseGet(() -> {
            RolloutRecord record = new RolloutRecord(id, name, version);
            ArrayList<RolloutRecord> more = new ArrayList<>(rollouts);
            more.add(record);
            rollouts = more;
            return record;
        });
    }

    /** Forgets a rollout that never began; true when there was one. */
    synchronized boolean remove(String id) {
        ArrayList<RolloutRecord> fewer = new ArrayList<>(rollouts);
        boolean was = fewer.removeIf(r -> r.getId().equals(id));
        rollouts = fewer;
        return was;
    }

    /** Where the journal of a rollout of this build is. */
    public Path journal(String id) {
        return journal(run, id);
    }

    static Path journal(Run<?, ?> run, String id) {
        return run.getRootDir().toPath().resolve("canary").resolve(id + ".jsonl");
    }

    /**
     * What the gate page shows of a rollout: the live view while it is open, and else what its journal tells. Reads
     * files when the rollout has ended.
     *
     * @throws IOException when there is no such rollout, or its journal cannot be read; the message is for people
     */
    public RolloutView view(String id) throws IOException {
        RolloutRecord record = find(id).orElseThrow(
                        () -> new IOException("there is no rollout " + id + " in " + run.getFullDisplayName()));
        RolloutView live = RolloutManager.get()
                .find(run, record.getId())
                .map(LiveRollout::view)
                .orElse(null);
        return live != null ? live : stored(record);
    }

    private RolloutView stored(RolloutRecord record) throws IOException {
        Path journal = journal(record.getId());
        if (Files.notExists(journal)) {
            throw new IOException(Messages.RolloutPage_noJournal(record.getName()));
        }
        try {
            return ViewStore.load(journal, started -> {
                try {
                    return PlanReader.read(started.plan());
                } catch (PlanException e) {
                    throw new IOException("the plan in the journal cannot be read any more: " + e.getMessage(), e);
                }
            });
        } catch (IOException e) {
            // Where the controller keeps its builds is nothing for readers of a page.
            throw new IOException(
                    String.valueOf(e.getMessage()).replace(journal.toString(), record.getId() + ".jsonl"), e);
        }
    }

    /**
     * The evidence of a rollout as far as it has come. Reads the whole journal.
     *
     * @throws IOException when there is no journal, or it is none; the message is for people
     */
    public Report report(RolloutRecord record) throws IOException {
        Path journal = journal(record.getId());
        if (Files.notExists(journal)) {
            throw new IOException(Messages.RolloutPage_noJournal(record.getName()));
        }
        return JournalReport.read(journal, record.getId() + ".jsonl");
    }

    @Override
    public String getIconFileName() {
        return run.hasPermission(CanaryPermissions.VIEW) ? "symbol-canary plugin-canary-release" : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.RolloutsAction_displayName();
    }

    @Override
    public String getUrlName() {
        return "canary";
    }
}
