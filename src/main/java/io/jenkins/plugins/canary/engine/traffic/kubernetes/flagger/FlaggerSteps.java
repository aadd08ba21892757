package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The weights through which Flagger takes a canary, in percent, as its scheduler computes them (1.44:
 * pkg/controller/scheduler.go, nextStepWeight and maxWeight).
 *
 * @param step stepWeight, which wins over the list; 0 when not given
 * @param list stepWeights
 * @param max at which the next thing is the promotion
 */
public record FlaggerSteps(int step, List<Integer> list, int max) {

    public FlaggerSteps {
        list = List.copyOf(list);
    }

    static FlaggerSteps of(JsonNode analysis) {
        List<Integer> list = new ArrayList<>();
        analysis.path("stepWeights").forEach(w -> list.add(w.asInt()));
        return of(
                analysis.path("stepWeight").asInt(),
                list,
                analysis.path("maxWeight").asInt());
    }

    /** @param most maxWeight, which counts where there is no list; 0 when not given */
    public static FlaggerSteps of(int step, List<Integer> list, int most) {
        int max = !list.isEmpty() ? Math.min(100, list.get(list.size() - 1)) : most > 0 ? most : 100;
        return new FlaggerSteps(step, list, max);
    }

    /** Whether Flagger moves weights at all here, and not, as in blue/green and A/B tests, everything at once. */
    public boolean progressive() {
        return step > 0 || !list.isEmpty();
    }

    /** What the canary gets after this weight; the same weight when the next thing is the promotion. */
    int after(int weight) {
        if (weight >= max || !progressive()) {
            return weight;
        }
        if (step > 0) {
            return Math.min(100, weight + step);
        }
        if (weight == 0) {
            return Math.min(100, list.get(0));
        }
        int at = list.subList(0, list.size() - 1).indexOf(weight);
        return at < 0 ? 100 : Math.min(100, list.get(at + 1));
    }

    /** Every weight at which Flagger asks before it goes on. */
    public TreeSet<Integer> all() {
        TreeSet<Integer> all = new TreeSet<>();
        for (int w = after(0); all.add(w); w = after(w)) {
            continue;
        }
        return all;
    }

    /** Why Flagger cannot stand still at this weight; null when it can. */
    String refusal(Weight weight) {
        boolean known = weight.tenths() % 10 == 0 && all().contains(weight.tenths() / 10);
        return weight.isZero() || known
                ? null
                : "Flagger does not stop at " + weight + ", but at " + all() + " percent; write"
                        + " spec.analysis.stepWeights: [the weights of the phases] into the Canary, without stepWeight and"
                        + " maxWeight, or change the phase";
    }
}
