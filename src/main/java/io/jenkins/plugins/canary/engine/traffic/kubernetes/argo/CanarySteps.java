package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * The steps of a Rollout's canary strategy, and where among them it stands still until somebody promotes it.
 *
 * @param full what setWeight calls all of the traffic: maxTrafficWeight, 100 unless given
 */
record CanarySteps(List<JsonNode> steps, int full) {

    CanarySteps {
        steps = List.copyOf(steps);
    }

    static CanarySteps of(JsonNode spec) {
        JsonNode canary = spec.path("strategy").path("canary");
        List<JsonNode> steps = new ArrayList<>();
        canary.path("steps").forEach(steps::add);
        return new CanarySteps(
                steps, canary.path("trafficRouting").path("maxTrafficWeight").asInt(100));
    }

    int size() {
        return steps.size();
    }

    /** What setWeight's number means. */
    Weight weight(int number) {
        return Weight.ofPercent(Math.max(0, Math.min(100, 100.0 * number / full)));
    }

    /** The weight that holds at a step: that of the last setWeight up to there; all of it behind the last step. */
    Weight at(int step) {
        if (step >= steps.size()) {
            return Weight.FULL;
        }
        for (int i = step; i >= 0; i--) {
            if (steps.get(i).has("setWeight")) {
                return weight(steps.get(i).path("setWeight").asInt());
            }
        }
        return Weight.ZERO;
    }

    /** Whether the Rollout waits at this step until it is promoted; a pause with a duration ends by itself. */
    boolean standsStill(int step) {
        return step < steps.size()
                && steps.get(step).has("pause")
                && !steps.get(step).path("pause").hasNonNull("duration");
    }

    /**
     * The step at which the Rollout stands still with a weight: the next such one, or else the last that has passed.
     *
     * @param now the step at which it is
     */
    OptionalInt stop(Weight weight, int now) {
        int found = -1;
        for (int i = 0; i < steps.size() && (found < now); i++) {
            if (standsStill(i) && at(i).equals(weight)) {
                found = i;
            }
        }
        return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
    }

    /** The setWeight step that a stop belongs to. */
    int opening(int stop) {
        int i = stop;
        while (i > 0 && !steps.get(i).has("setWeight")) {
            i--;
        }
        return i;
    }

    /** Why the Rollout cannot stand still with this weight; null when it can. */
    String refusal(Weight weight) {
        if (weight.isZero() || stop(weight, 0).isPresent()) {
            return null;
        }
        TreeSet<Weight> stops = new TreeSet<>();
        for (int i = 0; i < steps.size(); i++) {
            if (standsStill(i)) {
                stops.add(at(i));
            }
        }
        double number = weight.share() * full;
        long whole = Math.round(number);
        String remedy = Math.abs(number - whole) < 1e-9
                ? "add the steps { setWeight: " + whole + " } and { pause: {} } to the Rollout"
                : "setWeight takes whole numbers only, unless trafficRouting has a maxTrafficWeight of 1000";
        return "the Rollout does not stand still at " + weight + ", but at " + stops + "; " + remedy
                + ", or change the phase";
    }
}
