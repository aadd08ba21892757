package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
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
     * @param baselineListed whether the baseline had an entry
     * @param baseline null for none given
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Pair(Integer stable, boolean listed, Integer canary, boolean baselineListed, Integer baseline) {}

    static WeightsBefore of(KubeObject route) {
        WeightsBefore before = route.annotation(ANNOTATION, WeightsBefore.class);
        return before == null ? new WeightsBefore(null) : before;
    }

    /**
     * Splits the requests of a rule; at zero the rule is put back as it was.
     *
     * @param rule its name or index
     * @return whether anything changed
     */
    boolean set(String rule, Entries entries, TrafficSplit now, TrafficSplit split) {
        Pair before = rules.get(rule);
        if (split.canary().isZero() && before != null) {
            entries.restore(before);
            rules.remove(rule);
            return true;
        }
        if (now.equals(split)) {
            return false;
        }
        if (now.canary().isZero() && (before == null || entries.canary().there() == null)) {
            rules.put(rule, entries.pair());
        }
        entries.set(WeightShares.of(split));
        return true;
    }

    void write(KubeObject route) {
        route.annotate(ANNOTATION, rules.isEmpty() ? null : this);
    }

    /**
     * An entry of a rule.
     *
     * @param there null when there is none
     * @param made what is added then
     */
    record Entry(ObjectNode there, ObjectNode made) {

        private Integer weight() {
            return there == null ? null : Entries.weight(there);
        }

        private void set(ArrayNode all, int weight) {
            ObjectNode entry = there == null ? made : there;
            if (there == null) {
                all.add(entry);
            }
            entry.put("weight", weight);
        }

        private void restore(ArrayNode all, boolean listed, Integer weight) {
            if (there != null && listed) {
                Entries.put(there, weight);
            } else if (there != null) {
                for (int i = all.size() - 1; i >= 0; i--) {
                    if (all.get(i) == there) {
                        all.remove(i);
                    }
                }
            }
        }
    }

    /**
     * The entries of a rule.
     *
     * @param baseline null where the plan has none
     */
    record Entries(ArrayNode all, ObjectNode stable, Entry canary, Entry baseline) {

        Pair pair() {
            return new Pair(
                    weight(stable),
                    canary.there() != null,
                    canary.weight(),
                    baseline != null && baseline.there() != null,
                    baseline == null ? null : baseline.weight());
        }

        void set(WeightShares shares) {
            canary.set(all, shares.canary());
            if (baseline != null && (baseline.there() != null || shares.baseline() > 0)) {
                baseline.set(all, shares.baseline());
            }
            stable.put("weight", shares.stable());
        }

        void restore(Pair before) {
            put(stable, before.stable());
            canary.restore(all, before.listed(), before.canary());
            if (baseline != null) {
                baseline.restore(all, before.baselineListed(), before.baseline());
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
