package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.WeightShares;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a route's rules before the canary got requests, in an annotation of the route. It is written in the same
 * update as the first weight, and goes with the update that takes the canary out of traffic and puts the route back as it
 * was: no diff is left for who compares the route with a repository, and whoever comes after a crash knows what was there.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record WeightsBefore(Map<String, Pair> rules) {

    static final String ANNOTATION = "canary-release.jenkins.io/weights-before";

    WeightsBefore {
        rules = new LinkedHashMap<>(rules == null ? Map.of() : rules);
    }

    /**
     * The weights of one rule.
     *
     * @param stable null for none given
     * @param listed whether the canary had an entry
     * @param canary null for none given
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Pair(Integer stable, boolean listed, Integer canary) {}

    static WeightsBefore of(KubeObject route) {
        WeightsBefore before = route.annotation(ANNOTATION, WeightsBefore.class);
        return before == null ? new WeightsBefore(null) : before;
    }

    /**
     * Gives the canary a weight in a rule; at zero the rule is put back as it was.
     *
     * @param rule its name or index
     * @param made the canary's entry for a rule that has none
     * @return whether anything changed
     */
    boolean set(String rule, Entries entries, Weight now, Weight weight, ObjectNode made) {
        Pair before = rules.get(rule);
        if (weight.isZero() && before != null) {
            entries.restore(before);
            rules.remove(rule);
            return true;
        }
        if (now.equals(weight)) {
            return false;
        }
        if (now.isZero() && (before == null || entries.canary() == null)) {
            rules.put(rule, entries.pair());
        }
        entries.set(WeightShares.of(weight), made);
        return true;
    }

    void write(KubeObject route) {
        route.annotate(ANNOTATION, rules.isEmpty() ? null : this);
    }

    /** The entries of both versions in a rule; the canary's is null when it has none. */
    record Entries(ArrayNode all, ObjectNode stable, ObjectNode canary) {

        Pair pair() {
            return new Pair(weight(stable), canary != null, canary == null ? null : weight(canary));
        }

        /** @param made the canary's entry when it has none */
        void set(WeightShares shares, ObjectNode made) {
            ObjectNode entry = canary;
            if (entry == null) {
                entry = made;
                all.add(entry);
            }
            entry.put("weight", shares.canary());
            stable.put("weight", shares.stable());
        }

        void restore(Pair before) {
            put(stable, before.stable());
            if (canary != null && before.listed()) {
                put(canary, before.canary());
            } else if (canary != null) {
                for (int i = all.size() - 1; i >= 0; i--) {
                    if (all.get(i) == canary) {
                        all.remove(i);
                    }
                }
            }
        }

        private static Integer weight(ObjectNode entry) {
            return entry.has("weight") ? entry.path("weight").asInt() : null;
        }

        private static void put(ObjectNode entry, Integer weight) {
            if (weight == null) {
                entry.remove("weight");
            } else {
                entry.put("weight", weight);
            }
        }
    }
}
