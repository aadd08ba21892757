package io.jenkins.plugins.canary.rollouts;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.AdministrativeMonitor;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.rollout.TickSupervisor;
import io.jenkins.plugins.canary.engine.rollout.TickSupervisor.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * Tells administrators of rollouts that nobody watched for a time: whose ticks had stopped and were started again, whose ticks
 * hang, or that cannot be taken up again. Safe for any thread.
 */
@Extension
public final class SilentRollouts extends AdministrativeMonitor {

    private static final int MOST = 20;

    /**
     * @param rollout the plan's name
     * @param stuck whether nobody watches it now
     * @param time for how long nothing had happened, for people
     */
    public record Entry(String rollout, boolean stuck, String time) {}

    /**
     * A rollout that cannot be taken up again, as its page says it too.
     *
     * @param url of its page, relative to Jenkins' root; null when its build is gone
     */
    public record Stuck(String id, String rollout, String problem, String url) {

        static Optional<Stuck> of(LiveRollout live) {
            String problem = live.run() == null && live.ordered() == null ? live.problem() : null;
            Run<?, ?> build = live.build();
            return Optional.ofNullable(problem)
                    .map(why -> new Stuck(
                            live.id(),
                            live.name(),
                            why,
                            build == null ? null : build.getUrl() + "canary/" + live.id() + "/"));
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    /** Those that the administrator has seen, with what was said of them. */
    private final Set<Stuck> seen = new HashSet<>();

    public static SilentRollouts get() {
        return ExtensionList.lookupSingleton(SilentRollouts.class);
    }

    @Override
    public String getDisplayName() {
        return Messages.SilentRollouts_displayName();
    }

    @Override
    public boolean isActivated() {
        return !getEntries().isEmpty() || !getStuck().isEmpty();
    }

    @Override
    public boolean isSecurity() {
        return false;
    }

    /** The latest, oldest first. */
    public synchronized List<Entry> getEntries() {
        return List.copyOf(entries);
    }

    /** Those that cannot be taken up again now, but for what the administrator has seen; not more than are read. */
    public List<Stuck> getStuck() {
        Set<Stuck> told = seen();
        return stuck().filter(s -> !told.contains(s)).limit(MOST).toList();
    }

    private static Stream<Stuck> stuck() {
        return RolloutManager.get().open().stream().flatMap(r -> Stuck.of(r).stream());
    }

    private synchronized Set<Stuck> seen() {
        return Set.copyOf(seen);
    }

    /** Takes in what the supervisor found. */
    public synchronized void add(TickSupervisor.Finding finding) {
        entries.removeIf(e -> e.stuck() && e.rollout().equals(finding.rollout()));
        if (finding.kind() != Kind.RECOVERED) {
            entries.add(new Entry(finding.rollout(), finding.kind() == Kind.STUCK, Units.print(finding.silent())));
        }
        while (entries.size() > MOST) {
            entries.remove(0);
        }
    }

    private synchronized void clear(List<Stuck> now) {
        entries.clear();
        seen.clear();
        seen.addAll(now);
    }

    /** The administrator has seen it; what happens later is told again. */
    @RequirePOST
    public HttpResponse doSeen() {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        clear(stuck().toList());
        return HttpResponses.redirectViaContextPath("manage");
    }
}
