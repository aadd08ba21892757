package io.jenkins.plugins.canary.engine.report.monitoring;

/** What is told of open rollouts, which dashboards and alerts ask for. */
enum OwnSeries {
    OPEN("canary_open_rollouts", "Open rollouts, by what they do."),
    WEIGHT("canary_rollout_weight_percent", "Percent of the requests that the canary of an open rollout gets."),
    LIMIT(
            "canary_rollout_weight_limit_percent",
            "The most that the phase and the cap let the canary have, in percent."),
    SHARE(
            "canary_rollout_canary_share_ratio",
            "The canary's share of the requests that the router counted since the last shift."),
    PHASE("canary_rollout_phase_number", "Which phase is in force, the first being 1; 0 before it."),
    PHASES("canary_rollout_phases", "How many phases the plan has."),
    BEGAN("canary_rollout_phase_began_seconds", "When the phase began, in seconds since the epoch."),
    DEADLINE(
            "canary_rollout_phase_deadline_seconds",
            "How much time with data the phase may take before it has failed."),
    GREEN("canary_rollout_hold_done_ratio", "For how much of its hold the phase's gate has been green, 0 to 1."),
    TICKED(
            "canary_rollout_last_tick_seconds",
            "When the last tick was decided, in seconds since the epoch; one that stands still is watched by nobody."),
    VALUE("canary_check_value", "Value of a criterion at the last tick, in its metric's unit."),
    PASSING(
            "canary_check_passing",
            "1 when the criterion passed at the last tick, 0 when it failed; absent without data."),
    BLIND("canary_check_without_data", "1 when the criterion had no data at the last tick, 0 when it had.");

    final String series;
    final String help;

    OwnSeries(String series, String help) {
        this.series = series;
        this.help = help;
    }
}
