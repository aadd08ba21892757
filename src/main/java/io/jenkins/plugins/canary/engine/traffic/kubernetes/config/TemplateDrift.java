package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.PromotionRecord;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A pod template that is not what it was when the rollout began. */
record TemplateDrift(Cluster cluster, String rollout) {

    private static final int MOST_NAMED = 5;

    /** Puts it back where the rollout had its hands in it; where it had not, somebody else meant it. */
    String settle(KubeObject now, JsonNode before) throws RouterException {
        List<String> differs = new ArrayList<>();
        differences(before, now.spec().path("template"), "spec.template", differs);
        String where = String.join(", ", differs.subList(0, Math.min(MOST_NAMED, differs.size())))
                + (differs.size() > MOST_NAMED ? " and " + (differs.size() - MOST_NAMED) + " more" : "");
        if (!ours(now)) {
            return "The pod template of " + now.ref() + " was changed by somebody else during the rollout (" + where
                    + "): left as it is";
        }
        cluster.edit(now.ref(), fresh -> {
            if (!ours(fresh) || fresh.spec().path("template").equals(before)) {
                return false;
            }
            fresh.tree().withObject("/spec").set("template", before);
            return true;
        });
        return "The pod template of " + now.ref() + " was put back as it was at the start; it differed in " + where;
    }

    private boolean ours(KubeObject workload) {
        Trial trial = Trial.of(workload);
        return PromotionRecord.of(workload, rollout) != null
                || trial != null && trial.rollout().equals(rollout);
    }

    private static void differences(JsonNode before, JsonNode now, String at, List<String> found) {
        if (before.equals(now)) {
            return;
        }
        if (before.isObject() && now.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            before.fieldNames().forEachRemaining(names::add);
            now.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> differences(before.path(name), now.path(name), at + "." + name, found));
        } else if (before.isArray() && now.isArray() && before.size() == now.size()) {
            for (int i = 0; i < before.size(); i++) {
                differences(before.path(i), now.path(i), at + "[" + i + "]", found);
            }
        } else {
            found.add(at);
        }
    }
}
