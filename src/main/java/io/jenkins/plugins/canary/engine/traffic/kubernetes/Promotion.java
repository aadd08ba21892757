package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the version under trial becomes the stable one where two Deployments stand behind one route: the stable
 * Deployment gets the canary's images, its pods are waited for, the traffic goes back to it, and the canary is scaled
 * down. Pure: each step follows from what is seen alone, so that it does not matter who took the step before, or
 * whether they lived to see it done.
 *
 * @param canary null when it is gone
 * @param record this rollout's, or null
 * @param route what the route was seen to do
 * @param drained whether the traffic has been back at the stable version for long enough
 */
record Promotion(Workload stable, Workload canary, PromotionRecord record, Observation route, boolean drained) {

    /** The images were set and nobody has put others in their place. */
    boolean imagesSet() {
        return record != null && !record.undone() && stable.runs(record.to());
    }

    /** The images were put back, and pods with the others still run. */
    boolean takingBack() {
        return record != null && record.undone() && stable.runs(record.from()) && !stable.onlyCurrentPods();
    }

    sealed interface Step {
        record SetImages(Map<String, String> from, Map<String, String> to) implements Step {}

        record RestoreImages(PromotionRecord record) implements Step {}

        record TrafficToStable() implements Step {}

        /** Since when the canary has had nothing new to do is written down: proxies that tell nobody need a moment. */
        record NoteTrafficBack() implements Step {}

        record ScaleCanaryDown() implements Step {}

        /** Nothing to do but to look again. */
        record Wait(String why) implements Step {}

        /** It cannot go on, and looking again does not help. */
        record Refuse(String why) implements Step {}

        record Done() implements Step {}
    }

    Step next() {
        boolean begun = record != null && !record.undone();
        if (!begun) {
            return begin();
        }
        if (!imagesSet()) {
            return new Step.Refuse("somebody changed the images of " + stable.ref() + " during the promotion: "
                    + stable.images() + " instead of " + new TreeMap<>(record.to()));
        }
        if (!stable.rolledOut()) {
            return stable.observed() && stable.stalled() != null
                    ? new Step.Refuse(stable.ref() + " does not get ready with the new version: " + stable.stalled()
                            + " (" + stable.progress() + ")")
                    : new Step.Wait("the stable version is updated: " + stable.progress());
        }
        if (!route.isClear()) {
            return new Step.TrafficToStable();
        }
        if (!route.settled()) {
            return new Step.Wait("the traffic goes back to the stable version");
        }
        if (canary != null && canary.replicas() > 0) {
            if (record.trafficBackAt() == 0) {
                return new Step.NoteTrafficBack();
            }
            return drained ? new Step.ScaleCanaryDown() : new Step.Wait("the canary ends the requests that it has");
        }
        return canary != null && canary.pods() > 0
                ? new Step.Wait("the canary's last " + canary.pods() + " pods end")
                : new Step.Done();
    }

    private Step begin() {
        if (canary == null) {
            return new Step.Refuse("there is no canary Deployment to promote from");
        }
        if (stable.recreates() && !route.weight().equals(Weight.FULL)) {
            return new Step.Refuse(stable.ref() + " has the strategy Recreate and still gets "
                    + Weight.ofPercent(100 - route.weight().percent())
                    + " of the requests: updating it would fail them;"
                    + " end the plan with a phase of weight 100, or use RollingUpdate");
        }
        Map<String, String> to = new TreeMap<>(canary.images());
        to.keySet().retainAll(stable.images().keySet());
        if (to.isEmpty()) {
            return new Step.Refuse(stable.ref() + " and " + canary.ref() + " have no container name in common: "
                    + stable.images().keySet() + " and "
                    + canary.images().keySet());
        }
        Map<String, String> from = new TreeMap<>(stable.images());
        from.keySet().retainAll(to.keySet());
        return new Step.SetImages(from, to);
    }

    /** What puts the images back, also after the promotion is done; the traffic is not its business. */
    Step undo() {
        if (imagesSet()) {
            return new Step.RestoreImages(record);
        }
        return takingBack() ? new Step.Wait("the stable version goes back: " + stable.progress()) : new Step.Done();
    }
}
