package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.report.JunitReport;
import io.jenkins.plugins.canary.engine.report.PastRollout;
import io.jenkins.plugins.canary.engine.report.Report;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.StopTimes;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * What build.xml keeps of a rollout: ids and the last state, whatever its length. The journal beside it has the rest.
 * Plain fields, because XStream writes them; times are milliseconds since the epoch.
 */
@ExportedBean(defaultVisibility = 3)
public final class RolloutRecord implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String id;
    private final String name;
    private final String version;
    private String status = "STARTING";
    private String phase;
    private double weight;
    private String outcome;
    private String reason;
    private long startedAt;
    private long endedAt;
    /** The first commit since the version before; 0 when unknown. */
    private long committedAt;
    /** 0 while the version is not promoted, or is so no more. */
    private long promotedAt;

    /** Plus one, so that records of before have none. */
    private long detectMillis;

    private long restoreMillis;
    /** Whether it was taken back only since its build ended or was stopped. */
    private boolean abandoned;

    private int pipelinePhase;
    /** Whether the end was a failed gate's. */
    private boolean gateFailed;
    /** Whether somebody has brought a bad end to the pipeline. */
    private boolean told;
    /** Number of the last event that the log has shown. */
    private long narrated;

    /** Whether the test results of the build have all of it. */
    private boolean inTestResults;
    /** How many phases, from the first on, they have. */
    private int phasesInTestResults;
    /** Whether they have what belongs to the whole rollout. */
    private boolean endInTestResults;

    RolloutRecord(String id, String name, String version) {
        this.id = id;
        this.name = name;
        this.version = version;
    }

    /** Unique in the controller; the journal's file name without its ending. */
    @Exported
    public String getId() {
        return id;
    }

    /** Unique among the open rollouts of a build: the plan's name, unless the step gave another one. */
    @Exported
    public String getName() {
        return name;
    }

    /** Null when the rollout was started without one. */
    @Exported
    public String getVersion() {
        return version;
    }

    /** The name of a {@link io.jenkins.plugins.canary.engine.rollout.Status}. */
    @Exported
    public synchronized String getStatus() {
        return status;
    }

    /** The name of the phase in force; null before the first. */
    @Exported
    public synchronized String getPhase() {
        return phase;
    }

    /** Percent of the requests that the canary gets. */
    @Exported
    public synchronized double getWeight() {
        return weight;
    }

    /** The name of an {@link io.jenkins.plugins.canary.engine.rollout.Outcome}; null while the rollout is open. */
    @Exported
    public synchronized String getOutcome() {
        return outcome;
    }

    synchronized Outcome outcome() {
        return outcome == null ? null : Outcome.valueOf(outcome);
    }

    /** Why it ended as it did; null while the rollout is open. */
    @Exported
    public synchronized String getReason() {
        return reason;
    }

    /** 0 before the first event. */
    @Exported
    public synchronized long getStartedAt() {
        return startedAt;
    }

    /** 0 while the rollout is open. */
    @Exported
    public synchronized long getEndedAt() {
        return endedAt;
    }

    /** What a history keeps of it; empty before it is promoted or ends, and when it was abandoned. */
    public synchronized Optional<PastRollout> past() {
        if (abandoned || outcome == null && !isPromoted()) {
            return Optional.empty();
        }
        PastRollout.Times times = new PastRollout.Times(
                committedAt, startedAt, promotedAt == 0 ? endedAt : promotedAt, detectMillis - 1, restoreMillis - 1);
        Outcome how = isPromoted() ? Outcome.PROMOTED : Outcome.valueOf(outcome);
        return Optional.of(new PastRollout(name, version, how, times));
    }

    /** Whether its version is the stable one now, although it may still be watched. */
    synchronized boolean isPromoted() {
        return outcome == null ? promotedAt != 0 : outcome.equals(Outcome.PROMOTED.name());
    }

    synchronized void stopped(StopTimes times) {
        detectMillis = times.detectMillis() + 1;
        restoreMillis = times.restoreMillis() + 1;
        abandoned = times.abandoned();
    }

    public synchronized boolean isEnded() {
        return outcome != null;
    }

    synchronized void update(CanaryPlan plan, RolloutState s) {
        status = s.status(plan).name();
        phase = s.phase() < 0 ? null : s.current(plan).name();
        weight = s.weight().percent();
        startedAt = s.started() == null ? 0 : s.started().at();
        committedAt = s.started() == null || s.started().committedAt() == null
                ? 0
                : s.started().committedAt();
        promotedAt = !s.isPromoted()
                ? 0
                : s.watch() == null ? s.ended().at() : s.watch().since();
        if (s.isEnded()) {
            outcome = s.ended().outcome().name();
            reason = s.ended().reason();
            endedAt = s.ended().at();
            gateFailed = reason != null && reason.equals(s.evidence().gateFailure());
        }
    }

    /** Its new version is the stable one, although it may still be watched. */
    synchronized void promoted() {
        outcome = Outcome.PROMOTED.name();
    }

    /** Where the rollout stands, in plain values that scripts may keep: what steps return. */
    public synchronized LinkedHashMap<String, Object> data() {
        LinkedHashMap<String, Object> data = new LinkedHashMap<>();
        data.put("rollout", id);
        data.put("name", name);
        data.put("version", version);
        data.put("status", status);
        data.put("phase", phase);
        data.put("weight", weight);
        data.put("outcome", outcome);
        data.put("reason", reason);
        return data;
    }

    /** Whether something had happened when the record was last written. */
    synchronized boolean hasBegun() {
        return startedAt != 0;
    }

    /** Ends a rollout whose journal cannot tell its end any more. */
    synchronized void close(Outcome how, String why, long at) {
        status = how.name();
        outcome = how.name();
        reason = why;
        endedAt = at;
    }

    /** Whether it ended because a gate failed. */
    public synchronized boolean isGateFailed() {
        return gateFailed;
    }

    /** Whether the canary was taken back, or never got a request. */
    public synchronized boolean isTakenBack() {
        return Outcome.ROLLED_BACK.name().equals(outcome)
                || Outcome.FAILED.name().equals(outcome);
    }

    /** True once: for whoever is the first to bring the rollout's end to the pipeline. */
    public synchronized boolean claimEnd() {
        boolean first = !told;
        told = true;
        return first;
    }

    /**
     * What the test results of the build do not have yet of what has ended: for whoever asks first, to add it. The watch is
     * the last to end.
     */
    public synchronized JunitReport.Part claimTests(Report report) {
        if (inTestResults) {
            return JunitReport.Part.NOTHING;
        }
        boolean over = outcome != null;
        boolean closed = over && report.rollout().endedAt() != null;
        int to = Math.max(phasesInTestResults, over ? report.phases().size() : report.endedPhases());
        JunitReport.Part part = new JunitReport.Part(
                phasesInTestResults, to, over && !endInTestResults, closed && report.watch() != null);
        phasesInTestResults = to;
        endInTestResults = over;
        inTestResults = closed;
        return part;
    }

    /** Index of the phase that the pipeline itself asked for last. */
    public synchronized int pipelinePhase() {
        return pipelinePhase;
    }

    public synchronized void pipelinePhase(int asked) {
        pipelinePhase = asked;
    }

    synchronized long narrated() {
        return narrated;
    }

    synchronized void narrated(long seq) {
        narrated = seq;
    }
}
