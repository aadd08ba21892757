package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.InScore;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Reads {@code watch:}, a time alone or with its own rules. Rules that are left out are those of the rollout, without
 * comparisons: once the new version is the stable one, there is no other.
 *
 * @param gate the criteria of the last phase
 * @param abort the plan's rules
 */
record WatchReader(CriterionReader criteria, Metrics metrics, List<Criterion> gate, List<AbortRule> abort) {

    /** A criterion that fails now and then over two days is no breach; one that fails this often in a row is. */
    private static final int FAILURES = 3;

    private static final Duration LONGEST = Duration.ofDays(30);

    static final Section WATCH = Section.of(
            "watch",
            "What is watched after the promotion, and for how long.",
            Map.of(
                    "length", KeyType.string("duration, at most `30d`", KeyType.DURATION, WatchReader::length),
                    "track", RequestTypes.VERSION,
                    "criterion", CriterionReader.CRITERION.type(),
                    "abortRule", AbortReader.RULE.type(),
                    "onBreach", KeyType.choice(Watch.OnBreach.class)),
            """
            for      | length            | required, `48h`          | How long. The build ends with the promotion; Jenkins, or `canary run`, keeps watching, also after a restart.
            track    | track             | `canary`                 | The labels of the promoted version: `canary` where the labels name the version, `stable` where they name a Deployment whose image the promotion changed.
            criteria | list of criterion | those of the last phase  | What must be true. No comparison with stable: there is no other version any more. `onNoData: fail` makes a tick without data a failed one; a `noDataDeadline` acts in `abort` only.
            abort    | list of abortRule | the plan's               | A rule that fires is a breach. `consecutiveFailures` counts ticks with a failing criterion; where no rule does, three in a row are a breach.
            onBreach | onBreach          | `alert`                  | `alert`: notify only. `rollback`: restore the previous version. `ask`: notify, and a person keeps the version or rolls it back; the watch continues until then.
            """);

    /** Null after reporting when there is no time. */
    Watch read(YamlNode node) {
        if (!node.isObject()) {
            Duration length = length(node);
            return length == null
                    ? null
                    : watch(length, Track.CANARY, alone(gate), rules(abort), Watch.OnBreach.ALERT, node);
        }
        YamlObject o = WATCH.at(node);
        Duration length = o.get("for");
        Track track = o.get("track");
        List<Criterion> own = o.has("criteria") ? own(o) : alone(gate);
        List<AbortRule> rules = o.has("abort") ? ownRules(o) : rules(abort);
        Watch.OnBreach onBreach = o.get("onBreach");
        return length == null ? null : watch(length, track, own, rules, onBreach, node);
    }

    private static Watch watch(
            Duration length,
            Track track,
            List<Criterion> criteria,
            List<AbortRule> abort,
            Watch.OnBreach onBreach,
            YamlNode node) {
        List<AbortRule> all = new ArrayList<>(abort);
        if (!criteria.isEmpty() && abort.stream().noneMatch(r -> r.criterion() == null)) {
            all.add(AbortRule.afterFailures(FAILURES));
        }
        if (all.stream().allMatch(r -> r.criterion() == null) && criteria.isEmpty()) {
            node.error(
                    "nothing is left to watch: the rollout's own rules compare with stable, which is gone by then",
                    "add criteria: [ { metric: error-rate, max: 1% } ]");
        }
        return new Watch(length, track, criteria, all, onBreach);
    }

    private static Duration length(YamlNode node) {
        return node.checked(
                node.positive(),
                length -> length.compareTo(LONGEST) <= 0,
                "a watch of more than 30 days",
                "write up to 30d: what lasts longer is monitoring's");
    }

    private List<Criterion> own(YamlObject o) {
        List<Criterion> own = o.get("criteria", criteria::gate, List.of());
        alone(o, "criteria", own.stream());
        return own;
    }

    private List<AbortRule> ownRules(YamlObject o) {
        List<AbortRule> own = o.get("abort", new AbortReader(criteria, metrics)::read, List.of());
        alone(o, "abort", own.stream().map(AbortRule::criterion).filter(Objects::nonNull));
        return own;
    }

    private static void alone(YamlObject o, String key, Stream<Criterion> own) {
        if (own.anyMatch(c -> c.versus() != null || c.gathers() || !c.after().isZero())) {
            o.value(key)
                    .error(
                            "after the promotion there is neither a stable version to compare with nor a phase"
                                    + " whose trend could be seen, or whose pods warm up",
                            "judge the watch by min and max");
        }
    }

    /** What is left of criteria without their comparisons; nothing where that was all there was. */
    private static List<Criterion> alone(List<Criterion> given) {
        return given.stream().map(WatchReader::alone).filter(Objects::nonNull).toList();
    }

    private static Criterion alone(Criterion c) {
        return c.min() == null && c.max() == null
                ? null
                : new Criterion(
                        c.metric(),
                        c.unit(),
                        c.min(),
                        c.max(),
                        null,
                        c.minRequests(),
                        c.onNoData(),
                        c.noDataDeadline(),
                        c.window(),
                        null,
                        InScore.USUAL,
                        c.by(),
                        Duration.ZERO,
                        c.dryRun(),
                        c.info());
    }

    private static List<AbortRule> rules(List<AbortRule> given) {
        return given.stream()
                .filter(r -> r.criterion() == null || alone(r.criterion()) != null)
                .map(r -> r.criterion() == null ? r : AbortRule.when(alone(r.criterion()), r.sustained()))
                .distinct()
                .toList();
    }
}
