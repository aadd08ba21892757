package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** {@code canaryProbe probe: 'recommendations'}: sends a plan's probes, and fails when one does not pass. */
public final class CanaryProbeStep extends PlanStep {
    private static final long serialVersionUID = 1L;

    private String plan;
    private String probe;
    private String track;

    @DataBoundConstructor
    public CanaryProbeStep() {}

    @Override
    public String getPlan() {
        return plan;
    }

    /** Path in the workspace or the job's SCM; the plan of the build's rollout unless given. */
    @DataBoundSetter
    public void setPlan(String plan) {
        this.plan = Util.fixEmptyAndTrim(plan);
    }

    public String getProbe() {
        return probe;
    }

    /** Which of the plan's probes; all of them unless given. */
    @DataBoundSetter
    public void setProbe(String probe) {
        this.probe = Util.fixEmptyAndTrim(probe);
    }

    public String getTrack() {
        return track;
    }

    /**
     * {@code canary}, or {@code stable} for a comparison; the canary unless given.
     *
     * @throws IllegalArgumentException when it is neither
     */
    @DataBoundSetter
    public void setTrack(String track) {
        String given = Util.fixEmptyAndTrim(track);
        if (given != null && Track.VERSIONS.stream().noneMatch(t -> t.word().equals(given))) {
            throw new IllegalArgumentException("track is canary or stable, not " + given);
        }
        this.track = given;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, this);
    }

    @Extension
    public static final class DescriptorImpl extends PlanStepDescriptor {
        public DescriptorImpl() {
            super(false, "canaryProbe", Messages._CanaryProbeStep_displayName(), "probe", "plan", "track", "rollout");
        }

        @RequirePOST
        public ListBoxModel doFillTrackItems(@AncestorInPath Item item) {
            checkPermission(item);
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.CanaryProbeStep_canary(), ""),
                    new ListBoxModel.Option(Messages.CanaryProbeStep_stable(), Track.STABLE.word()));
        }
    }

    /**
     * Sends probes, one after the other, and holds no thread meanwhile. After a restart of the controller it sends them anew:
     * what was under way is lost.
     */
    private static final class Execution extends CanaryExecution {
        private static final long serialVersionUID = 1L;

        private final CanaryProbeStep step;
        private transient volatile Prober prober;

        Execution(StepContext context, CanaryProbeStep step) {
            super(context, step);
            this.step = step;
        }

        private Track track() {
            return Track.STABLE.word().equals(step.track) ? Track.STABLE : Track.CANARY;
        }

        @Override
        protected void open() throws Exception {
            boolean planned = step.plan != null || step.getYaml() != null;
            LiveRollout live = planned ? null : openRollout(step.getRollout(), "canaryProbe");
            CanaryPlan plan = live == null ? plan() : live.plan();
            RolloutState state = live == null ? null : live.state();
            String of = state == null || state.started() == null
                    ? step.getVersion()
                    : state.started().version();
            try {
                prober = RolloutManager.get().prober(build(), plan, of);
            } catch (StartRefused e) {
                throw new AbortException(e.getMessage());
            }
            CompletableFuture<List<ProbeResult>> all = CompletableFuture.completedFuture(new ArrayList<>());
            for (Probe one : chosen(plan)) {
                all = all.thenCompose(results -> prober.run(one, track()).thenApply(result -> {
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
            return step.place().plan(getContext());
        }

        private List<Probe> chosen(CanaryPlan plan) throws AbortException {
            Map<String, Probe> all = plan.probes().run();
            if (step.probe != null && !all.containsKey(step.probe)) {
                throw new AbortException(
                        "the plan has no probe " + step.probe + "; it has " + String.join(", ", all.keySet()));
            }
            return step.probe == null ? List.copyOf(all.values()) : List.of(all.get(step.probe));
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
                    .map(r -> "probe " + r.probe()
                            + (r.outcome() == CheckOutcome.FAIL ? " failed: " : " is undecided: ") + r.says())
                    .collect(Collectors.joining("\n"));
            ArrayList<LinkedHashMap<String, Object>> data =
                    results.stream().map(Execution::data).collect(Collectors.toCollection(ArrayList::new));
            if (failed.isEmpty()) {
                succeed(data);
            } else {
                fail(new StepFailure(failed, data));
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
            return "probing the " + track().word() + " track" + (step.probe == null ? "" : " with " + step.probe);
        }
    }
}
