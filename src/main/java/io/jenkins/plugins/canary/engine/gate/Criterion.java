package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.PodSpread;
import io.jenkins.plugins.canary.engine.judge.Trend;
import io.jenkins.plugins.canary.engine.judge.Verdict;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One thing that must be true of the canary.
 *
 * @param unit what {@code min}, {@code max} and the readings are in
 * @param versus comparison with the stable track; null for none
 * @param minRequests fewer requests than this in the window are no data; 0 for none
 * @param noDataDeadline after this long without data the gate fails, or the abort rule fires; null for never
 * @param window how far back rates and quantiles look
 * @param trend how far the canary's values may drift within the phase; null for as far as they like
 * @param by a label, for each of whose values the criterion must hold; null for all requests together
 * @param after for so long since the phase's clock opened it is not judged, and gathers nothing: new pods warm up
 * @param dryRun whether it is judged and shown, and decides nothing
 * @param info what the plan says about it, for people
 */
public record Criterion(
        Metric metric,
        Unit unit,
        Double min,
        Double max,
        Versus versus,
        long minRequests,
        NoDataPolicy onNoData,
        Duration noDataDeadline,
        Duration window,
        Trend trend,
        InScore inScore,
        String by,
        Duration after,
        boolean dryRun,
        CriterionInfo info) {

    /** One that decides, and of which nothing more is said. */
    public Criterion(
            Metric metric,
            Unit unit,
            Double min,
            Double max,
            Versus versus,
            long minRequests,
            NoDataPolicy onNoData,
            Duration noDataDeadline,
            Duration window,
            Trend trend,
            InScore inScore,
            String by,
            Duration after) {
        this(
                metric,
                unit,
                min,
                max,
                versus,
                minRequests,
                onNoData,
                noDataDeadline,
                window,
                trend,
                inScore,
                by,
                after,
                false,
                CriterionInfo.NONE);
    }

    /** One that looks at each tick by itself, or compares with stable, in a gate that is not scored. */
    public Criterion(
            Metric metric,
            Unit unit,
            Double min,
            Double max,
            Versus versus,
            long minRequests,
            NoDataPolicy onNoData,
            Duration noDataDeadline,
            Duration window) {
        this(
                metric,
                unit,
                min,
                max,
                versus,
                minRequests,
                onNoData,
                noDataDeadline,
                window,
                null,
                InScore.USUAL,
                null,
                Duration.ZERO);
    }

    private static final Logger LOGGER = Logger.getLogger(Criterion.class.getName());

    private static final Reading NOT_READ = Reading.unavailable("it was not read");

    /** The count that {@code minRequests} is held against. */
    public static final Metric REQUESTS = Metric.of("requests");

    /** A probe whose expectations must all be met. */
    public static Criterion passes(String probe, NoDataPolicy onNoData, Duration noDataDeadline, Duration window) {
        return new Criterion(Metric.ofProbe(probe), Unit.COUNT, null, 0.0, null, 0, onNoData, noDataDeadline, window);
    }

    /** Alerts of which none may fire. */
    public static Criterion silent(Metric alerts, NoDataPolicy onNoData, Duration noDataDeadline, Duration window) {
        return new Criterion(alerts, Unit.COUNT, null, 0.0, null, 0, onNoData, noDataDeadline, window);
    }

    /**
     * An objective whose error budget must not burn faster than this.
     *
     * @param window the shortest in which that is measured
     */
    public static Criterion burning(
            Metric slo,
            double limit,
            long minRequests,
            NoDataPolicy onNoData,
            Duration noDataDeadline,
            Duration window) {
        return new Criterion(slo, Unit.COUNT, null, limit, null, minRequests, onNoData, noDataDeadline, window);
    }

    /** All that must be read to judge this criterion. */
    public Set<MetricQuery> queries() {
        Set<MetricQuery> needed = new LinkedHashSet<>();
        needed.add(query(Track.CANARY));
        if (versus != null) {
            needed.add(query(Track.STABLE));
        }
        if (minRequests > 0 && by == null) {
            needed.add(new MetricQuery(REQUESTS, Track.CANARY, window));
        }
        if (by != null) {
            needed.addAll(new Breakdown(this).queries(window));
        }
        if (asksHowMuchSlower()) {
            needed.add(latency(Track.CANARY));
            needed.add(latency(Track.STABLE));
        }
        return needed;
    }

    /** The same for one value of its label, as one of {@link Breakdown#MOST}: that many may be wrong by chance. */
    public Criterion ofEachValue() {
        Versus shared =
                compares() ? Versus.by(versus.judge().sharedBy(Breakdown.MOST)).and(versus.slower()) : versus;
        return with(shared, null, after);
    }

    /** The same for all requests together. */
    public Criterion together() {
        return with(versus, null, after);
    }

    private Criterion with(Versus other, String label, Duration warmUp) {
        return with(other, label, warmUp, dryRun, info);
    }

    /** The same, as a dry run or not, and with what is said about it. */
    public Criterion with(boolean decidesNothing, CriterionInfo otherInfo) {
        return with(versus, by, after, decidesNothing, otherInfo);
    }

    private Criterion with(Versus other, String label, Duration warmUp, boolean dry, CriterionInfo says) {
        return new Criterion(
                metric,
                unit,
                min,
                max,
                other,
                minRequests,
                onNoData,
                noDataDeadline,
                window,
                trend,
                inScore,
                label,
                warmUp,
                dry,
                says);
    }

    /** How requests are counted since the phase began. */
    Set<MetricQuery> countingQueries(Duration counted) {
        Set<MetricQuery> all = new LinkedHashSet<>();
        for (Track track : Track.VERSIONS) {
            failures().queries(track, counted).forEach(query -> all.add(query.by(by)));
        }
        return all;
    }

    public MetricQuery query(Track track) {
        return new MetricQuery(metric, track, window);
    }

    boolean asksHowMuchSlower() {
        return versus != null && versus.slower() != null;
    }

    /** The latency that says how much slower the canary is. */
    MetricQuery latency(Track track) {
        return asksHowMuchSlower()
                ? new MetricQuery(
                        new Metric(BuiltInMetric.LATENCY.word(), versus.slower().quantile()), track, window)
                : query(track);
    }

    /** Whether few pods of the canary may differ by as much as stable's pods do; never where each value of a label is judged. */
    boolean tellsPodsApart() {
        return by == null && compares() && versus.pods() != null;
    }

    /** The latency of each pod, by which pods are told apart; nothing where they are not. */
    public Set<MetricQuery> podQueries() {
        return tellsPodsApart() ? Set.of(latencyOfPods(Track.CANARY), latencyOfPods(Track.STABLE)) : Set.of();
    }

    MetricQuery latencyOfPods(Track track) {
        return latency(track).by(versus.pods());
    }

    /** For so long it is not judged: a latency whose window reaches into the warm-up says nothing of the time after it. */
    Duration warmUp() {
        return asksHowMuchSlower() && !after.isZero() ? after.plus(window) : after;
    }

    /** The same with a warm-up. */
    public Criterion after(Duration warmUp) {
        return with(versus, by, warmUp);
    }

    /** Whether a test over the whole phase compares it with stable. */
    public boolean compares() {
        return versus != null && versus.judge() != null;
    }

    /** Whether it is judged by what the phase has gathered, and not by each tick alone. */
    public boolean gathers() {
        return compares() || trend != null;
    }

    /** Whether a missing value of one track means something: the plan says what it stands for. */
    boolean knowsMissing() {
        return compares()
                && versus.judge().test() == Judge.Test.MANN_WHITNEY
                && versus.judge().ranks().cleaning().nan() != Cleaning.NaN.REMOVE;
    }

    /** Whether that test is about the requests that failed. */
    public boolean counts() {
        return compares() && versus.judge().test() != Judge.Test.MANN_WHITNEY && failures() != null;
    }

    /** How requests that failed are counted; null when the metric is not a share of them. */
    Failures failures() {
        return Failures.of(metric, versus).orElse(null);
    }

    /** The criterion in words: {@code latency p99 <= 500ms, at most 20% above stable}. */
    public String label() {
        return CriterionWords.of(this) + (dryRun ? CriterionWords.DRY_RUN : "");
    }

    /** What it looks at: {@code error-rate by route}. */
    String subject() {
        return metric.label() + (by == null ? "" : " by " + by);
    }

    /** What is said when its {@code noDataDeadline} is over. */
    public String silent(long millis) {
        return "no data for " + label() + " for " + Units.print(Duration.ofMillis(millis));
    }

    /**
     * Judges one tick. Missing readings count as unavailable; a value that is not finite never passes or fails.
     *
     * @param evidence what the phase has gathered, this tick included; only looked at where a test compares with stable
     * @param counted the window of the counting queries; null when there were none
     */
    public Check check(Map<MetricQuery, Reading> readings, EvidenceFold evidence, Duration counted) {
        return isolated(
                readings,
                () -> evidence.isWarmingUp(this)
                        ? check(
                                CheckOutcome.NO_DATA,
                                null,
                                ": warming up, judged " + Units.print(warmUp()) + " into the phase")
                        : judgedTick(readings, evidence, counted));
    }

    private Check judgedTick(Map<MetricQuery, Reading> readings, EvidenceFold evidence, Duration counted) {
        if (by != null) {
            return new Breakdown(this).check(readings, evidence, counted);
        }
        return gathers() ? gathered(readings, evidence, counted) : single(readings);
    }

    /** Judges one tick by its own readings, without what a test over the phase would say. */
    public Check check(Map<MetricQuery, Reading> readings) {
        return isolated(
                readings,
                () -> by != null ? new Breakdown(this).check(readings, EvidenceFold.NONE, null) : single(readings));
    }

    /** A criterion that cannot be computed is unavailable, and takes no other criterion with it. */
    private Check isolated(Map<MetricQuery, Reading> readings, Supplier<Check> judged) {
        Check check = judgedOrNot(readings, judged);
        return dryRun ? check.asDryRun() : check;
    }

    private Check judgedOrNot(Map<MetricQuery, Reading> readings, Supplier<Check> judged) {
        try {
            return judged.get().and(LogMetric.note(metric, reading(readings, query(Track.CANARY))));
        } catch (Throwable fault) {
            LOGGER.log(Level.FINE, "The criterion '" + label() + "' could not be evaluated", fault);
            return check(CheckOutcome.UNAVAILABLE, null, ": this criterion could not be evaluated: " + fault);
        }
    }

    private Check gathered(Map<MetricQuery, Reading> readings, EvidenceFold evidence, Duration counted) {
        boolean bounded = min != null || max != null;
        Check alone = bounded || minRequests > 0 && !counts() ? alone(readings) : null;
        if (alone != null && alone.outcome() != CheckOutcome.PASS) {
            return alone;
        }
        if (trend == null) {
            return compared(readings, evidence, counted);
        }
        Reading now = reading(readings, query(Track.CANARY));
        return now.ok() ? judged(readings, evidence) : blind(now, "canary");
    }

    private Check single(Map<MetricQuery, Reading> readings) {
        Check alone = alone(readings);
        if (versus == null || compares() || alone.value() == null || alone.outcome() == CheckOutcome.NO_DATA) {
            return alone;
        }
        Reading stable = reading(readings, query(Track.STABLE));
        // A bound that the canary breaks on its own needs no comparison to be a failure.
        return alone.outcome() == CheckOutcome.FAIL || stable.ok()
                ? verdict(alone.value(), stable.ok() ? stable.value() : null)
                : blind(stable, "stable");
    }

    private Check alone(Map<MetricQuery, Reading> readings) {
        Reading canary = reading(readings, query(Track.CANARY));
        if (minRequests > 0) {
            Reading requests = reading(readings, new MetricQuery(REQUESTS, Track.CANARY, window));
            if (!requests.ok()) {
                return blind(requests, "the canary's requests");
            }
            if (requests.value() < minRequests) {
                String few = Units.count((long) Math.floor(requests.value()), "request") + " in " + Units.print(window);
                Double value = canary.ok() ? canary.value() : null;
                return check(CheckOutcome.NO_DATA, value, ": only " + few + ", " + minRequests + " wanted");
            }
        }
        if (metric.hasWords() && canary.ok() && !canary.detail().isEmpty()) {
            CheckOutcome outcome = canary.value() > max ? CheckOutcome.FAIL : CheckOutcome.PASS;
            String limit = metric.slo() == null ? "" : "; " + Units.print(max, unit) + " times is the limit";
            return check(outcome, canary.value(), ": " + canary.detail() + limit);
        }
        return canary.ok() ? verdict(canary.value(), null) : blind(canary, "canary");
    }

    /** Old evidence is no excuse for a source that says nothing now. */
    private Check compared(Map<MetricQuery, Reading> readings, EvidenceFold evidence, Duration counted) {
        for (Track track : Track.VERSIONS) {
            Set<MetricQuery> needed =
                    counts() && counted != null ? failures().queries(track, counted) : Set.of(query(track));
            for (MetricQuery query : needed) {
                boolean means = knowsMissing() && reading(readings, query).status() == Reading.Status.NO_DATA;
                if (!reading(readings, query).ok() && !means) {
                    return blind(reading(readings, query), track.word());
                }
            }
        }
        return judged(readings, evidence);
    }

    private Check judged(Map<MetricQuery, Reading> readings, EvidenceFold evidence) {
        Evidence gathered = evidence.of(this);
        Judgment judgment = gathered.judgment(this);
        if (judgment.verdict().harm() && (asksHowMuchSlower() || gathered.pods().isKnown())) {
            return much(readings, gathered, judgment);
        }
        CheckOutcome outcome =
                switch (judgment.verdict()) {
                    case PASS -> CheckOutcome.PASS;
                    case HIGH, LOW -> CheckOutcome.FAIL;
                    case NODATA -> CheckOutcome.NO_DATA;
                };
        return said(readings, outcome, judgment.explanation());
    }

    /** More slow requests are harm only when they are much slower, and more than pods differ. */
    private Check much(Map<MetricQuery, Reading> readings, Evidence gathered, Judgment judgment) {
        double times = gathered.timesSlower();
        String latency = latency(Track.CANARY).metric().label();
        if (Double.isNaN(times)) {
            return said(readings, CheckOutcome.NO_DATA, judgment.explanation() + "; " + latency + " is not known");
        }
        PodSpread pods = gathered.pods();
        Comparison comparison = versus.judge().comparison();
        double tolerance = asksHowMuchSlower() ? versus.slower().ratio() : comparison.tolerance();
        double limit = pods.isKnown() ? pods.limit(tolerance, comparison.confidence()) : 1 + tolerance;
        boolean much = judgment.verdict() == Verdict.LOW ? times < 1 / limit : times > limit;
        String says = judgment.explanation() + "; " + latency + " is " + Units.print(times, Unit.COUNT) + "x stable's";
        String than = pods.isKnown()
                ? "; " + pods.explain(limit)
                : ", " + (much ? "more" : "not more") + " than " + Units.print(tolerance, Unit.RATIO) + " above";
        return said(readings, much ? CheckOutcome.FAIL : CheckOutcome.PASS, says + than);
    }

    private Check said(Map<MetricQuery, Reading> readings, CheckOutcome outcome, String explanation) {
        String says = metric.label() + ": " + explanation;
        return new Check(label(), outcome, value(readings, Track.CANARY), value(readings, Track.STABLE), says);
    }

    static Reading reading(Map<MetricQuery, Reading> readings, MetricQuery query) {
        return readings.getOrDefault(query, NOT_READ);
    }

    private Double value(Map<MetricQuery, Reading> readings, Track track) {
        Reading reading = reading(readings, query(track));
        return reading.ok() ? reading.value() : null;
    }

    Check blind(Reading r, String whose) {
        boolean silent = r.status() == Reading.Status.NO_DATA;
        String what = silent ? "no data" : "source unavailable";
        return check(
                silent ? CheckOutcome.NO_DATA : CheckOutcome.UNAVAILABLE,
                null,
                " (" + whose + "): " + what + (r.detail().isEmpty() ? "" : ", " + r.detail()));
    }

    /** @param says what follows the metric's name */
    private Check check(CheckOutcome outcome, Double value, String says) {
        return new Check(label(), outcome, value, null, subject() + says);
    }

    private Check verdict(double value, Double stable) {
        String is = metric.label() + " is " + Units.print(value, unit);
        if (min != null && value < min) {
            return fail(value, stable, is + ", below the minimum of " + Units.print(min, unit));
        }
        if (max != null && value > max) {
            return fail(value, stable, is + ", above the maximum of " + Units.print(max, unit));
        }
        if (stable != null && versus.maxIncrease() != null && value > stable * (1 + versus.maxIncrease())) {
            return fail(value, stable, is + away(versus.maxIncrease(), "above", stable));
        }
        if (stable != null && versus.maxDecrease() != null && value < stable * (1 - versus.maxDecrease())) {
            return fail(value, stable, is + away(versus.maxDecrease(), "below", stable));
        }
        return new Check(label(), CheckOutcome.PASS, value, stable, is);
    }

    private String away(double share, String where, double stable) {
        return ", more than " + Units.print(share, Unit.RATIO) + " " + where + " stable's " + Units.print(stable, unit);
    }

    private Check fail(double value, Double stable, String says) {
        return new Check(label(), CheckOutcome.FAIL, value, stable, says);
    }

    /** Of few parts: evidence is kept by criterion, and looked up at every tick. */
    @Override
    public int hashCode() {
        return 31 * metric.hashCode() + window.hashCode();
    }
}
