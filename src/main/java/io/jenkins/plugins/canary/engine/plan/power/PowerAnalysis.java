package io.jenkins.plugins.canary.engine.plan.power;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Breakdown;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Detectability;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.LatencyPower;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What each phase of a plan would see of a service, told before the rollout: which rise each criterion catches with 95%
 * probability within the hold, and what share of good releases it stops. Metrics of the plan's own are left out: nothing
 * is known of their noise.
 *
 * @param requests of the service
 * @param latency null when it is not known
 * @param wanted the error rate that a phase should catch, 0 to 1
 */
public record PowerAnalysis(Detectability requests, LatencyPower latency, double wanted) {

    /** A rise of a latency quantile that should be caught: half as slow again. */
    private static final double WANTED_RISE = 0.5;

    private static final double MANY_FALSE_STOPS = 0.05;
    private static final double MANY_SLOW = 3;
    private static final long PARTS = 1_000;
    private static final CountTest FOR_PROPOSALS =
            CountTest.of(Comparison.DEFAULT.direction(Direction.INCREASE).unit(Unit.RATIO));

    /**
     * @param caught the error rate, or the relative rise of latency, that is caught; null when none is
     * @param falseStops the share of good releases that the criterion stops
     * @param warning what is wrong with that and what to do; null when nothing is
     * @param cells the same for a table; not part of the JSON
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Line(
            String phase,
            String criterion,
            Double caught,
            double falseStops,
            String says,
            String warning,
            @JsonIgnore Cells cells) {}

    /**
     * @param phase name, weight and hold
     * @param requests of the canary during the hold
     * @param harm the smallest harm that is seen with 95% probability; null when none is
     * @param problem null when there is none
     * @param remedy null without a problem
     */
    public record Cells(String phase, long requests, String harm, String problem, String remedy) {}

    /** Why a line is not good enough, as a sentence of its own and in words that several lines share. */
    private record Trouble(String warning, String problem, String remedy) {

        private static final Trouble NONE = new Trouble(null, null, null);

        static Trouble of(String warning, String problem, String remedy) {
            return new Trouble(warning + ": " + remedy, problem, remedy);
        }
    }

    /** What is caught when nothing better is said: 1%, or three times the usual error rate. */
    public static double usuallyWanted(double errorRate) {
        return Math.max(0.01, 3 * errorRate);
    }

    /** In the order of the plan; phases without a hold, without a weight, and at 100%, see nothing worth telling. */
    public List<Line> of(CanaryPlan plan) {
        List<Line> lines = new ArrayList<>();
        for (Phase phase : plan.phases()) {
            boolean unknown = phase.weight().isZero(); // nobody knows how many requests a cohort sends
            if (unknown || phase.hold().isZero() || phase.weight().equals(Weight.FULL)) {
                continue;
            }
            List<Line> ofPhase = phase.gate().stream()
                    .map(c -> line(phase, c))
                    .filter(Objects::nonNull)
                    .toList();
            lines.addAll(ofPhase);
            if (ofPhase.isEmpty()) {
                Trouble blind = Trouble.of(
                        "the phase is blind",
                        "no criterion looks at errors or latency",
                        "add { metric: error-rate, versusStable: { test: counts } }");
                String says = "no criterion of this phase looks at errors or latency";
                lines.add(line(phase, "", new LatencyPower.Finding(Double.NaN, 0), says, null, blind));
            }
        }
        return lines;
    }

    private Line line(Phase phase, Criterion c) {
        return c.by() == null ? single(phase, c) : byValue(phase, c);
    }

    /** How many requests a value of the criterion's label needs: to be judged, and with a test of counts so that harm of it is seen. */
    private Line byValue(Phase phase, Criterion c) {
        Criterion alone = c.ofEachValue();
        Duration time = c.counts() ? phase.hold() : c.window();
        double all = requests.requestsPerSecond() * phase.weight().share() * time.toMillis() / 1000;
        double seen = c.counts() ? (double) fewestParts(phase, alone) / PARTS : 1.0 / PARTS;
        double share = Math.max(c.minRequests() / all, seen);
        String needed = Units.count((long) Math.ceil(share * all), "request");
        String needs = "a value of " + c.by() + " needs " + needed + " of the canary in " + Units.print(time) + ", "
                + Units.print(share, Unit.RATIO) + " of all";
        if (share > 1) {
            Trouble blind = Trouble.of(
                    "blind to each value of " + c.by(),
                    "sees no value of " + c.by() + " by itself",
                    "hold for longer, or raise the weight, or lower minRequests");
            return line(phase, c.label(), new LatencyPower.Finding(Double.NaN, 0), needs, null, blind);
        }
        Line one = ofShare(share).single(phase, alone);
        if (one == null) {
            return null;
        }
        Double caught = one.caught();
        LatencyPower.Finding found = new LatencyPower.Finding(
                caught == null ? Double.NaN : caught,
                Math.min(1, one.falseStops() * Math.min(Breakdown.MOST, 1 / share)));
        Trouble trouble =
                new Trouble(one.warning(), one.cells().problem(), one.cells().remedy());
        return line(
                phase,
                c.label(),
                found,
                needs + "; with them: " + one.says(),
                one.cells().harm() + ", each " + c.by() + " with " + needed,
                trouble);
    }

    /** The smallest share of the requests with which a value's harm is seen, in parts of {@link #PARTS}; more than all when none. */
    private long fewestParts(Phase phase, Criterion alone) {
        long lo = 1;
        long hi = PARTS + 1;
        while (lo < hi) {
            long middle = (lo + hi) / 2;
            if (sees(phase, alone, (double) middle / PARTS)) {
                hi = middle;
            } else {
                lo = middle + 1;
            }
        }
        return hi;
    }

    private boolean sees(Phase phase, Criterion alone, double share) {
        BuiltInMetric metric = BuiltInMetric.named(alone.metric().name()).orElseThrow();
        boolean slow = metric == BuiltInMetric.SLOW_RATE;
        double usual = slow ? 1 - alone.metric().quantile() : requests.errorRate();
        Detectability some = new Detectability(requests.requestsPerSecond() * share, usual);
        return errors(some, phase, alone, metric).caught() <= (slow ? manySlow(usual) : wanted);
    }

    private static double manySlow(double usual) {
        return Math.min(MANY_SLOW * usual, (1 + usual) / 2);
    }

    private PowerAnalysis ofShare(double share) {
        Detectability some = new Detectability(requests.requestsPerSecond() * share, requests.errorRate());
        return new PowerAnalysis(some, latency, wanted);
    }

    private Line single(Phase phase, Criterion c) {
        BuiltInMetric metric = BuiltInMetric.named(c.metric().name()).orElse(null);
        if (metric == BuiltInMetric.LATENCY) {
            return latency == null ? null : latency(phase, c);
        }
        if (metric == BuiltInMetric.SLOW_RATE) {
            return c.counts() ? slow(phase, c) : null;
        }
        Detectability.Finding found = errors(requests, phase, c, metric);
        if (found == null) {
            return null;
        }
        String harm = "error rate " + Units.print(found.caught(), Unit.RATIO);
        return line(phase, c.label(), found.seen(), found.explanation(), harm, trouble(phase, found));
    }

    private Line line(
            Phase phase, String criterion, LatencyPower.Finding seen, String says, String harm, Trouble trouble) {
        double seconds = phase.hold().toMillis() / 1000.0;
        Double caught = Double.isNaN(seen.caught()) ? null : seen.caught();
        Cells cells = new Cells(
                phase.name() + " (" + phase.weight() + " for " + Units.print(phase.hold()) + ")",
                Math.round(requests.requestsPerSecond() * phase.weight().share() * seconds),
                caught == null ? null : harm,
                trouble.problem(),
                trouble.remedy());
        return new Line(phase.name(), criterion, caught, seen.falseStops(), says, trouble.warning(), cells);
    }

    /** Slow requests are counted as failed ones are; a good version's share is that beyond its own quantile. */
    private Line slow(Phase phase, Criterion c) {
        double usual = 1 - c.metric().quantile();
        Detectability.Finding found =
                errors(new Detectability(requests.requestsPerSecond(), usual), phase, c, BuiltInMetric.SLOW_RATE);
        String seen = Double.isNaN(found.caught())
                ? "no share of slow requests is likely to be seen"
                : "only a share of slow requests above " + Units.print(found.caught(), Unit.RATIO) + " (usually "
                        + Units.print(usual, Unit.RATIO) + ") is likely to be seen";
        boolean sees = found.caught() <= manySlow(usual);
        Trouble trouble = sees
                ? Trouble.NONE
                : Trouble.of(
                        "blind to three times as many slow requests",
                        "misses three times as many slow requests",
                        "hold for longer, or raise the weight");
        String harm = "slow requests " + Units.print(found.caught(), Unit.RATIO);
        String says = says(phase, found.requests() + " requests", seen, found.falseStops());
        return line(phase, c.label(), found.seen(), says, harm, trouble);
    }

    private static String says(Phase phase, String requests, String seen, double falseStops) {
        return phase.weight() + " for " + Units.print(phase.hold()) + ": " + requests + "; " + seen + "; "
                + Detectability.ofGoodReleases(falseStops);
    }

    private static Detectability.Finding errors(
            Detectability requests, Phase phase, Criterion c, BuiltInMetric metric) {
        if (metric == null) {
            return null;
        }
        if (c.counts()) {
            Judge judge = c.versus().judge();
            Comparison rise = judge.comparison().direction(Direction.INCREASE);
            return judge.test() == Judge.Test.COUNTS
                    ? requests.counts(
                            phase.weight(),
                            phase.hold(),
                            new CountTest(rise, judge.floor(), CountTest.DEFAULT_MIN_REQUESTS))
                    : requests.sequential(phase.weight(), phase.hold(), rise, judge.floor());
        }
        Double max =
                switch (metric) {
                    case ERROR_RATE, FIVE_XX_RATE -> c.max();
                    case SUCCESS_RATE -> c.min() == null ? null : Double.valueOf(1 - c.min());
                    case ERRORS ->
                        c.max() == null
                                ? null
                                : Double.valueOf(c.max() / Math.max(1, inWindow(requests, phase, c, true)));
                    default -> null;
                };
        return max == null ? null : requests.threshold(phase.weight(), phase.hold(), max, c.window());
    }

    private Trouble trouble(Phase phase, Detectability.Finding found) {
        if (!(found.caught() <= wanted)) {
            Duration hold = requests.holdFor(phase.weight(), FOR_PROPOSALS, wanted);
            Weight weight = requests.weightFor(phase.hold(), FOR_PROPOSALS, wanted);
            String instead = hold == null && weight == null
                    ? "no hold of a day and no weight up to 50% would do"
                    : (hold == null ? "" : "hold for " + Units.write(hold))
                            + (hold == null || weight == null ? "" : ", or ")
                            + (weight == null ? "" : "weight " + weight) + ", with { test: counts }";
            String rate = Units.print(wanted, Unit.RATIO);
            return Trouble.of("blind to an error rate of " + rate, "misses an error rate of " + rate, instead);
        }
        return manyFalseStops(found.falseStops());
    }

    private static Trouble manyFalseStops(double share) {
        return share <= MANY_FALSE_STOPS
                ? Trouble.NONE
                : Trouble.of(
                        "a good release fails this in " + Units.print(share, Unit.RATIO) + " of the cases",
                        "stops more than " + Units.print(MANY_FALSE_STOPS, Unit.RATIO) + " of good releases",
                        "allow more, look back further, or compare with stable by a test");
    }

    private Line latency(Phase phase, Criterion c) {
        double q = c.metric().quantile();
        double canary = inWindow(requests, phase, c, true);
        double stable = inWindow(requests, phase, c, false);
        double windows =
                Math.max(1, (double) phase.hold().toMillis() / c.window().toMillis());
        LatencyPower.Finding found;
        if (c.compares()) {
            Judge judge = c.versus().judge();
            found = judge.test() == Judge.Test.MANN_WHITNEY
                    ? latency.ranks(q, judge.comparison(), canary, stable, (long) windows)
                    : latency.sequential(q, judge.comparison(), canary, stable, (long) windows);
        } else if (c.versus() != null && c.versus().maxIncrease() != null) {
            found = latency.increase(q, c.versus().maxIncrease(), canary, stable, windows);
        } else if (c.max() != null) {
            found = latency.limit(q, c.max(), canary, windows);
        } else {
            return null;
        }
        String seen = Double.isNaN(found.caught())
                ? "no rise of " + c.metric().label() + " is likely to be seen"
                : "only a rise of " + c.metric().label() + " by more than " + Units.print(found.caught(), Unit.RATIO)
                        + " is likely to be seen";
        boolean far = !c.compares() && c.max() != null && c.max() > (1 + WANTED_RISE) * latency.quantile(q);
        Trouble trouble = found.caught() <= WANTED_RISE
                ? manyFalseStops(found.falseStops())
                : Trouble.of(
                        "blind to a rise by half",
                        "misses a latency that rises by half",
                        far
                                ? "the limit is far above the usual " + Units.print(latency.quantile(q), Unit.SECONDS)
                                        + "; lower it, or compare with stable by a test"
                                : "hold for longer, or raise the weight, or judge a lower quantile");
        String inWindow = Units.print(Math.floor(canary), Unit.COUNT) + " requests in " + Units.print(c.window());
        String harm = c.metric().label() + " +" + Units.print(found.caught(), Unit.RATIO);
        return line(phase, c.label(), found, says(phase, inWindow, seen, found.falseStops()), harm, trouble);
    }

    private static double inWindow(Detectability requests, Phase phase, Criterion c, boolean canary) {
        double share = canary ? phase.weight().share() : 1 - phase.weight().share();
        return requests.requestsPerSecond() * share * c.window().toMillis() / 1000;
    }
}
