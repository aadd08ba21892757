package io.jenkins.plugins.canary.rollouts;

import hudson.model.Api;
import hudson.model.BuildBadgeAction;
import hudson.model.Run;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.report.JournalReport;
import io.jenkins.plugins.canary.engine.report.Report;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.ViewStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.StaplerFallback;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The rollouts of a build, in the order of their start. One per build, under {@code canary}. */
@ExportedBean
public final class RolloutsAction implements RunAction2, BuildBadgeAction, StaplerProxy {

    /** Rollouts that a build's page shows each by itself. */
    private static final int LINES = 5;

    /** Replaced, never changed: a build is saved by whoever likes, without a lock of ours. */
    private volatile ArrayList<RolloutRecord> rollouts = new ArrayList<>();

    private transient Run<?, ?> run;

    /** The action of a build that has rollouts; empty when it has none. */
    public static Optional<RolloutsAction> of(Run<?, ?> run) {
        return Optional.ofNullable(run.getAction(RolloutsAction.class));
    }

    /** A build's rollouts, in the order of their start. */
    public static List<RolloutRecord> rolloutsOf(Run<?, ?> run) {
        return of(run).map(RolloutsAction::getRollouts).orElse(List.of());
    }

    /** The record of a rollout; empty when there is none, or the build is null, because it is gone. */
    public static Optional<RolloutRecord> find(Run<?, ?> run, String id) {
        return run == null ? Optional.empty() : of(run).flatMap(a -> a.find(id));
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

    public List<RolloutRow> getRows() {
        return getRollouts().stream().map(r -> new RolloutRow(run, r)).toList();
    }

    /** Whether there are too many rollouts for each to have a line of its own on the build's page. */
    public boolean isMany() {
        return rollouts.size() > LINES;
    }

    /** How many rollouts are in which state: {@code 50: 2 Gate failed, 48 Promoted}. */
    public String getCounts() {
        EnumMap<Status, Integer> counts = new EnumMap<>(Status.class);
        rollouts.forEach(r -> counts.merge(Status.valueOf(r.getStatus()), 1, Integer::sum));
        return rollouts.size() + ": "
                + counts.entrySet().stream()
                        .map(e -> e.getValue() + " " + StatusWords.of(e.getKey().name()))
                        .collect(Collectors.joining(", "));
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

    /** The address of a rollout's gate page; null where the build is gone, and while nobody has told Jenkins its own address. */
    public static String page(Run<?, ?> run, String id) {
        String root = Jenkins.get().getRootUrl();
        return root == null || run == null ? null : root + run.getUrl() + "canary/" + id + "/";
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
        Optional<RolloutView> live = RolloutManager.get().find(run, id).map(LiveRollout::view);
        return live.isPresent() ? live.get() : stored(record);
    }

    private Path existing(RolloutRecord record) throws IOException {
        Path journal = journal(record.getId());
        if (Files.notExists(journal)) {
            throw new IOException(Messages.RolloutPage_noJournal(record.getName()));
        }
        return journal;
    }

    private RolloutView stored(RolloutRecord record) throws IOException {
        Path journal = existing(record);
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
        Path journal = existing(record);
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

    /**
     * {@code BUILD/canary/}: the gate page of the build's rollout, or a list that leads to each one's. What a rollout
     * answers is answered here for the newest.
     */
    public static final class RolloutsPage implements StaplerFallback {

        private final RolloutsAction action;

        RolloutsPage(RolloutsAction action) {
            this.action = action;
        }

        public Run<?, ?> getObject() {
            return action.getRun();
        }

        public String getDisplayName() {
            return action.getDisplayName();
        }

        public Api getApi() {
            return new Api(action);
        }

        /** Relative to Jenkins' root, with a slash at the end. */
        public String getUrl() {
            return action.getRun().getUrl() + action.getUrlName() + "/";
        }

        public boolean isMany() {
            return action.isMany();
        }

        public String getCounts() {
            return action.getCounts();
        }

        /** The most urgent first. */
        public List<RolloutRow> getRows() {
            return action.getRows().stream()
                    .sorted(RolloutRow.MOST_URGENT_FIRST)
                    .toList();
        }

        /** The only rollout's page; null when there are several. */
        public RolloutPage getOnly() {
            List<RolloutRecord> all = action.getRollouts();
            return all.size() == 1 ? new RolloutPage(action, all.get(0)) : null;
        }

        /** Found by the rollout's id. */
        public RolloutPage getDynamic(String id) {
            return action.find(id).map(r -> new RolloutPage(action, r)).orElse(null);
        }

        @Override
        public Object getStaplerFallback() {
            Optional<RolloutRecord> newest = action.last(null);
            return newest.map(r -> new RolloutPage(action, r)).orElse(null);
        }
    }
}
