package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.probe.Probe;
import io.jenkins.plugins.canary.engine.probe.ProbeFinding;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.probe.Prober;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.StartRefused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Sends probes, one after the other, and holds no thread meanwhile. After a restart of the controller it sends them anew:
 * what was under way is lost.
 */
final class ProbeExecution extends CanaryExecution {
    private static final long serialVersionUID = 1L;

    private final PlanPlace place;
    private final String probe;
    private final Track track;
    private final String version;
    private final String rollout;
    private transient volatile Prober prober;

    /** @param place null for the plan of the build's rollout */
    ProbeExecution(StepContext context, PlanPlace place, String probe, Track track, String version, String rollout) {
        super(context);
        this.place = place;
        this.probe = probe;
        this.track = track;
        this.version = version;
        this.rollout = rollout;
    }

    @Override
    protected void open() throws Exception {
        LiveRollout live = place == null ? openRollout(rollout, "canaryProbe") : null;
        CanaryPlan plan = live == null ? plan() : live.plan();
        RolloutState state = live == null ? null : live.state();
        String of = state == null || state.started() == null
                ? version
                : state.started().version();
        try {
            prober = RolloutManager.get().prober(build(), plan, of);
        } catch (StartRefused e) {
            throw new AbortException(e.getMessage());
        }
        CompletableFuture<List<ProbeResult>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (Probe one : chosen(plan)) {
            all = all.thenCompose(results -> prober.run(one, track).thenApply(result -> {
                results.add(result);
                return results;
            }));
        }
        all.whenComplete((results, bug) -> RolloutManager.get().work(() -> {
            if (bug == null) {
                ended(live, results);
            } else {
                prober.close();
                fail(bug);
            }
        }));
    }

    private CanaryPlan plan() throws Exception {
        try {
            return PlanReader.read(place.read(getContext()));
        } catch (PlanException e) {
            throw new AbortException(e.getMessage());
        }
    }

    private List<Probe> chosen(CanaryPlan plan) throws AbortException {
        if (probe == null) {
            return List.copyOf(plan.probes().run().values());
        }
        if (!plan.probes().run().containsKey(probe)) {
            throw new AbortException("the plan has no probe " + probe + "; it has "
                    + String.join(", ", plan.probes().run().keySet()));
        }
        return List.of(plan.probes().run().get(probe));
    }

    /** On a worker. */
    private void ended(LiveRollout live, List<ProbeResult> results) {
        prober.close();
        if (isOver()) {
            return;
        }
        for (ProbeResult result : results) {
            if (live != null && live.run() != null) {
                live.run().probed(result);
            }
            tell(result);
        }
        String failed = results.stream()
                .filter(r -> r.outcome() != CheckOutcome.PASS)
                .map(r -> "probe " + r.probe() + (r.outcome() == CheckOutcome.FAIL ? " failed: " : " is undecided: ")
                        + r.says())
                .collect(Collectors.joining("\n"));
        if (failed.isEmpty()) {
            succeed(results.stream().map(ProbeExecution::data).collect(Collectors.toCollection(ArrayList::new)));
        } else {
            fail(new AbortException(failed));
        }
    }

    private void tell(ProbeResult result) {
        try {
            say("[canary probe] " + result.probe() + " on " + result.track().word() + ": " + result.outcome());
            for (ProbeFinding finding : result.findings()) {
                say("[canary probe]   " + finding.outcome().name().toLowerCase(Locale.ROOT) + " " + finding.what()
                        + ": " + finding.says());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the pipeline gets of each probe. */
    private static LinkedHashMap<String, Object> data(ProbeResult result) {
        LinkedHashMap<String, Object> data = new LinkedHashMap<>();
        data.put("probe", result.probe());
        data.put("track", result.track().word());
        data.put("outcome", result.outcome().name());
        data.put("says", result.says());
        data.put("requests", result.requests());
        LinkedHashMap<String, Integer> statuses = new LinkedHashMap<>();
        result.statuses().forEach((status, count) -> statuses.put(String.valueOf(status), count));
        data.put("statuses", statuses);
        data.put("latency", new LinkedHashMap<>(result.latency()));
        return data;
    }

    @Override
    protected void look(LiveRollout followed, RolloutState state) {
        // Follows no rollout: a probe ends when its answers are in.
    }

    @Override
    public void stop(Throwable cause) throws Exception {
        Prober underWay = prober;
        if (underWay != null) {
            underWay.close();
        }
        super.stop(cause);
    }

    @Override
    public String getStatus() {
        return "probing the " + track.word() + " track" + (probe == null ? "" : " with " + probe);
    }
}
