package io.jenkins.plugins.canary.engine.report.monitoring;

/** The names of what is told of open rollouts, which dashboards and alerts ask for. */
final class OwnSeries {

    static final String OPEN = "canary_open_rollouts";
    static final String WEIGHT = "canary_rollout_weight_percent";
    static final String LIMIT = "canary_rollout_weight_limit_percent";
    static final String SHARE = "canary_rollout_canary_share_ratio";
    static final String PHASE = "canary_rollout_phase_number";
    static final String PHASES = "canary_rollout_phases";
    static final String BEGAN = "canary_rollout_phase_began_seconds";
    static final String DEADLINE = "canary_rollout_phase_deadline_seconds";
    static final String GREEN = "canary_rollout_hold_done_ratio";
    static final String TICKED = "canary_rollout_last_tick_seconds";
    static final String VALUE = "canary_check_value";
    static final String PASSING = "canary_check_passing";
    static final String BLIND = "canary_check_without_data";

    private OwnSeries() {}
}
