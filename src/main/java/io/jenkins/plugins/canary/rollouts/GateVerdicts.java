package io.jenkins.plugins.canary.rollouts;

import hudson.model.InvisibleAction;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
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

    private final String rollout;
    private final String status;
    private final double weight;
    private final ArrayList<PhaseVerdict> phases;
    private final ArrayList<CheckVerdict> checks;

    private GateVerdicts(
            String rollout,
            String status,
            double weight,
            ArrayList<PhaseVerdict> phases,
            ArrayList<CheckVerdict> checks) {
        this.rollout = rollout;
        this.status = status;
        this.weight = weight;
        this.phases = phases;
        this.checks = checks;
    }

    /** Of a rollout that is under way or has just ended. */
    public static GateVerdicts of(LiveRollout live) {
        RolloutView view = live.view();
        CanaryPlan plan = view.plan();
        RolloutState state = view.state();
        ArrayList<PhaseVerdict> phases = new ArrayList<>();
        view.phases().stream().limit(KEPT).forEach(p -> phases.add(new PhaseVerdict(p)));
        ArrayList<CheckVerdict> checks = new ArrayList<>();
        view.criteria().stream().limit(KEPT).forEach(c -> checks.add(new CheckVerdict(c)));
        return new GateVerdicts(
                live.id(), state.status(plan).name(), state.weight().percent(), phases, checks);
    }

    /** The rollout's id. */
    @Exported
    public String getRollout() {
        return rollout;
    }

    /** The name of a {@link io.jenkins.plugins.canary.engine.rollout.Status}. */
    @Exported
    public String getStatus() {
        return status;
    }

    /** Percent of the requests that the canary gets. */
    @Exported
    public double getWeight() {
        return weight;
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

        private final String name;
        private final double weight;
        private final String state;

        PhaseVerdict(RolloutStatusResponse.PhaseRow row) {
            name = row.name();
            weight = row.weight().percent();
            state = row.state().name();
        }

        @Exported
        public String getName() {
            return name;
        }

        /** Percent of the requests. */
        @Exported
        public double getWeight() {
            return weight;
        }

        /** The name of an {@link RolloutStatusResponse.PhaseState}. */
        @Exported
        public String getState() {
            return state;
        }
    }

    /** One criterion at the last tick. */
    @ExportedBean(defaultVisibility = 3)
    public static final class CheckVerdict implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String criterion;
        private final Double value;
        private final String outcome;
        private final String says;

        CheckVerdict(RolloutStatusResponse.CriterionRow row) {
            criterion = row.label();
            value = row.value();
            outcome = row.outcome() == null ? null : row.outcome().name();
            says = row.says();
        }

        @Exported
        public String getCriterion() {
            return criterion;
        }

        /** In the metric's unit; null when there was none. */
        @Exported
        public Double getValue() {
            return value;
        }

        /** PASS, FAIL, NO_DATA or UNAVAILABLE; null before the first check. */
        @Exported
        public String getOutcome() {
            return outcome;
        }

        /** In words; null when there is nothing to add. */
        @Exported
        public String getSays() {
            return says;
        }
    }
}
