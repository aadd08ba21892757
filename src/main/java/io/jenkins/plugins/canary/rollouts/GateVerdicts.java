package io.jenkins.plugins.canary.rollouts;

import hudson.model.InvisibleAction;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.actions.PersistentAction;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * The verdicts of a rollout's gates on the pipeline's node that waits for them: for graph views, and for whoever reads
 * nodes over the remote API. A copy of what the journal says, as of the last time that something happened.
 */
@ExportedBean
public final class GateVerdicts extends InvisibleAction implements PersistentAction {

    /** Rows kept of each: a plan may have thousands of phases, and a node is read whole. */
    private static final int KEPT = 50;

    /** The rollout's id. */
    @Exported
    public final String rollout;

    /** The name of a {@link io.jenkins.plugins.canary.engine.rollout.Status}. */
    @Exported
    public final String status;

    /** Percent of the requests that the canary gets. */
    @Exported
    public final double weight;

    private final ArrayList<PhaseVerdict> phases;
    private final ArrayList<CheckVerdict> checks;

    /** @param live under way, or has just ended */
    public GateVerdicts(LiveRollout live) {
        RolloutView view = live.view();
        rollout = live.id();
        status = view.state().status(view.plan()).name();
        weight = view.state().weight().percent();
        phases = kept(view.phases(), PhaseVerdict::new);
        checks = kept(view.criteria(), CheckVerdict::new);
    }

    private static <R, V> ArrayList<V> kept(List<R> rows, Function<R, V> verdict) {
        return rows.stream().limit(KEPT).map(verdict).collect(Collectors.toCollection(ArrayList::new));
    }

    @Exported(visibility = 2)
    public List<PhaseVerdict> getPhases() {
        return List.copyOf(phases);
    }

    /** Of the phase in force. */
    @Exported(visibility = 2)
    public List<CheckVerdict> getChecks() {
        return List.copyOf(checks);
    }

    /** How far a phase got. */
    @ExportedBean(defaultVisibility = 3)
    public static final class PhaseVerdict implements Serializable {
        private static final long serialVersionUID = 1L;

        @Exported
        public final String name;

        /** Percent of the requests. */
        @Exported
        public final double weight;

        /** The name of an {@link RolloutStatusResponse.PhaseState}. */
        @Exported
        public final String state;

        PhaseVerdict(RolloutStatusResponse.PhaseRow row) {
            name = row.name();
            weight = row.weight().percent();
            state = row.state().name();
        }
    }

    /** One criterion at the last tick. */
    @ExportedBean(defaultVisibility = 3)
    public static final class CheckVerdict implements Serializable {
        private static final long serialVersionUID = 1L;

        @Exported
        public final String criterion;

        /** In the metric's unit; null when there was none. */
        @Exported
        public final Double value;

        /** PASS, FAIL, NO_DATA or UNAVAILABLE; null before the first check. */
        @Exported
        public final String outcome;

        /** In words; null when there is nothing to add. */
        @Exported
        public final String says;

        CheckVerdict(RolloutStatusResponse.CriterionRow row) {
            criterion = row.label();
            value = row.value();
            outcome = row.outcome() == null ? null : row.outcome().name();
            says = row.says();
        }
    }
}
