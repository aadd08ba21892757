package io.jenkins.plugins.canary.rollouts;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.rollout.TickSupervisor;
import io.jenkins.plugins.canary.engine.rollout.TickSupervisor.Kind;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * Tells administrators of rollouts that nobody watched for a time: whose ticks had stopped and were started again, or whose
 * ticks hang. Safe for any thread.
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

    private final List<Entry> entries = new ArrayList<>();

    public static SilentRollouts get() {
        return ExtensionList.lookupSingleton(SilentRollouts.class);
    }

    @Override
    public String getDisplayName() {
        return Messages.SilentRollouts_displayName();
    }

    @Override
    public boolean isActivated() {
        return !getEntries().isEmpty();
    }

    @Override
    public boolean isSecurity() {
        return false;
    }

    /** The latest, oldest first. */
    public synchronized List<Entry> getEntries() {
        return List.copyOf(entries);
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

    private synchronized void clear() {
        entries.clear();
    }

    /** The administrator has seen it; what happens later is told again. */
    @RequirePOST
    public HttpResponse doSeen() {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        clear();
        return HttpResponses.redirectViaContextPath("manage");
    }
}
