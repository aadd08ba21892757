package io.jenkins.plugins.canary.engine.judge;

import com.fasterxml.jackson.annotation.JsonValue;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Sums up many metrics' judgments as Kayenta does: a group's score is the percentage of its judged metrics that passed,
 * the score is the groups' scores by weight. Unlike Kayenta, groups without data hand their weight to the others instead
 * of counting as 100, and with too little data there is no score instead of one of zero. Immutable.
 *
 * @param weights percent by group, adding up to at most 100; groups without one share what is left evenly
 * @param pass the score from which the canary passes, 0 to 100
 * @param marginal the score from which it is at least marginal, 0 to {@code pass}
 * @param minData the share of the metrics, and of the weight, that must have data; a group's weight is that of its metrics
 *     in equal parts
 */
public record Score(Map<String, Double> weights, double pass, double marginal, double minData) {

    /** One metric that passes beside many without data says little about the canary. */
    public static final double MIN_DATA = 0.5;

    /**
     * @param groups at least one
     * @param critical its failure alone makes the score zero; without its data nothing passes
     * @param mustHaveData no data counts as a failure
     * @param effectSize the size from which a critical failure is critical; null for any
     */
    public record Metric(
            String name, List<String> groups, boolean critical, boolean mustHaveData, EffectSize effectSize) {
        public Metric {
            groups = List.copyOf(groups);
        }
    }

    /** One metric's settings and what its test found. */
    public record Judged(Metric metric, Judgment judgment) {

        private boolean failed() {
            return judgment.verdict().harm() || judgment.verdict() == Verdict.NODATA && metric.mustHaveData;
        }

        private boolean counts() {
            return judgment.verdict() != Verdict.NODATA || metric.mustHaveData;
        }

        private boolean criticalFailure() {
            return metric.critical
                    && failed()
                    && (metric.effectSize == null
                            || judgment.verdict() == Verdict.NODATA
                            || metric.effectSize.critical(judgment.verdict(), judgment.effect()));
        }
    }

    /** What the score came to. */
    public enum Mark {
        PASS,
        MARGINAL,
        FAIL,
        NODATA;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param score 0 to 100; NaN when no metric of the group has data
     * @param known the share of its metrics that have data
     */
    public record Group(String name, double weight, double score, double known) {}

    /** @param score 0 to 100; NaN without data */
    public record Result(Mark mark, double score, List<Group> groups, String explanation) {}

    public Score {
        weights = Map.copyOf(weights);
        if (weights.values().stream().anyMatch(w -> !(w >= 0)) || sum(weights) > 100 + 1e-9) {
            throw new IllegalArgumentException(
                    "group weights are not negative and add up to at most 100, not " + sum(weights));
        }
        if (!(marginal >= 0 && marginal <= pass && pass <= 100)) {
            throw new IllegalArgumentException(
                    "0 <= marginal <= pass <= 100 must hold, not marginal " + marginal + " and pass " + pass);
        }
        if (!(minData >= 0 && minData <= 1)) {
            throw new IllegalArgumentException("the share that must have data is from 0 to 1, not " + minData);
        }
    }

    private static double sum(Map<String, Double> weights) {
        return weights.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    public Result of(List<Judged> metrics) {
        List<Group> groups = groups(metrics);
        String failures = metrics.stream()
                .filter(Judged::failed)
                .map(j -> j.metric.name + " (" + j.judgment.verdict() + ")")
                .collect(Collectors.joining(", "));
        List<String> critical = metrics.stream()
                .filter(Judged::criticalFailure)
                .map(j -> j.metric.name)
                .toList();
        if (!critical.isEmpty()) {
            return new Result(
                    Mark.FAIL,
                    0,
                    groups,
                    "critical: " + String.join(", ", critical) + " failed; failed metrics: " + failures);
        }
        List<String> blind = metrics.stream()
                .filter(j -> j.metric.critical && !j.counts())
                .map(j -> j.metric.name)
                .toList();
        String blindness = tooLittle(metrics, groups);
        if (blindness != null) {
            return new Result(Mark.NODATA, Double.NaN, groups, blindness);
        }
        List<Group> judged = groups.stream().filter(g -> !Double.isNaN(g.score)).toList();
        double known = judged.stream().mapToDouble(Group::weight).sum();
        double score = judged.stream().mapToDouble(g -> g.score * g.weight).sum() / known;
        // A sum of shares may miss 100 by a rounding error; a mark must not hang on it.
        Mark mark = score >= pass - 1e-9 ? Mark.PASS : score >= marginal - 1e-9 ? Mark.MARGINAL : Mark.FAIL;
        if (mark != Mark.FAIL && !blind.isEmpty()) {
            return new Result(Mark.NODATA, score, groups, "critical without data: " + String.join(", ", blind));
        }
        return new Result(
                mark,
                score,
                groups,
                "score " + Units.print(score, Unit.COUNT) + " of 100 (pass from "
                        + Units.print(pass, Unit.COUNT) + ", marginal from " + Units.print(marginal, Unit.COUNT) + ")"
                        + (failures.isEmpty() ? "" : "; failed: " + failures));
    }

    /** What has too little data for a score; null when nothing has. */
    private String tooLittle(List<Judged> metrics, List<Group> groups) {
        long counted = metrics.stream().filter(Judged::counts).count();
        double all = groups.stream().mapToDouble(Group::weight).sum();
        double known = groups.stream().mapToDouble(g -> g.weight * g.known).sum();
        // A sum of shares may miss the mark by a rounding error.
        boolean enough = known > 0 && counted >= minData * metrics.size() - 1e-9 && known >= minData * all - 1e-9;
        return enough
                ? null
                : counted + " of " + metrics.size() + " criteria have data, with " + Units.print(known, Unit.COUNT)
                        + " of " + Units.print(all, Unit.COUNT) + " percent of the weight; a score needs "
                        + Units.print(minData, Unit.RATIO) + " of both";
    }

    private List<Group> groups(List<Judged> metrics) {
        Map<String, List<Judged>> members = new LinkedHashMap<>();
        for (Judged j : metrics) {
            for (String group : j.metric.groups) {
                members.computeIfAbsent(group, unused -> new ArrayList<>()).add(j);
            }
        }
        long unweighted =
                members.keySet().stream().filter(g -> !weights.containsKey(g)).count();
        double rest = unweighted == 0 ? 0 : (100 - sum(weights)) / unweighted;
        List<Group> groups = new ArrayList<>();
        members.forEach((name, in) -> {
            long counted = in.stream().filter(Judged::counts).count();
            long passed = in.stream()
                    .filter(j -> j.judgment.verdict() == Verdict.PASS)
                    .count();
            groups.add(new Group(
                    name,
                    weights.getOrDefault(name, rest),
                    counted == 0 ? Double.NaN : 100.0 * passed / counted,
                    (double) counted / in.size()));
        });
        return groups;
    }
}
