package io.jenkins.plugins.canary.standalone.bench.decisions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Releases of services that are unkind to whoever judges them: good ones that look bad, and bad ones among them. */
final class UnkindRows {

    /**
     * @param wanted the share of good releases that may be stopped, or the minutes in which a bad one should be
     * @param bad whether it should be stopped
     */
    record Row(String name, double wanted, boolean bad, Service service) {}

    private static final double FEW = 0.025;
    private static final double SOME = 0.05;

    private static final Effect ERRORS_1 = new Effect("errors +1%", 0.01, 1, 0);
    private static final Effect ERRORS_3 = new Effect("errors +3%", 0.03, 1, 0);
    private static final Effect ERRORS_10 = new Effect("errors +10%", 0.1, 1, 0);
    private static final Effect SLOW_15 = new Effect("all requests 1.5x as slow", 0, 1.5, 0);
    private static final Effect SLOW_2 = new Effect("all requests 2x as slow", 0, 2, 0);
    private static final Effect TAIL = new Effect("5% of requests 10x as slow", 0, 1, 0.05);

    private final List<Row> rows = new ArrayList<>();

    static List<Row> all() {
        UnkindRows made = new UnkindRows();
        made.good();
        made.wild();
        made.bad();
        return made.rows;
    }

    private void good() {
        good("calm", 0.01, s -> {});
        good("calm, four phases of 10 minutes", 0.01, s -> {
            s.phases = 4;
            s.minutes = 40;
        });
        good("calm, one phase of 40 minutes", 0.01, s -> s.minutes = 40);
        for (double times : new double[] {2, 3, 5}) {
            good(format("canary %.0fx slow at first, decaying over 20 s", times), FEW, s -> cold(s, times, 20));
        }
        for (double times : new double[] {2, 3}) {
            good(format("canary %.0fx slow at first, decaying over 60 s", times), FEW, s -> cold(s, times, 60));
        }
        good("failed requests sent again: 0.3, up to 3 more", FEW, s -> retries(s, 0.3, 3));
        good("failed requests sent again: 0.8, up to 3 more", FEW, s -> retries(s, 0.8, 3));
        good("failed requests sent again: 0.95, up to 10 more", FEW, s -> retries(s, 0.95, 10));
        for (int size : new int[] {5, 20}) {
            for (double minutes : new double[] {20, 2}) {
                good(format("%d failures at a time, every %.0f minutes", size, minutes), FEW, s -> {
                    s.cluster = size;
                    s.clusterMinutes = minutes;
                });
            }
        }
        for (double sd : new double[] {0.05, 0.1, 0.2}) {
            good(format("pods differ by %.0f%%, 1 beside 20", 100 * sd), FEW, s -> s.pods = sd);
        }
        good(
                "pods differ by 20%, 1 beside 20, 6 hours",
                FEW, s -> {
                    s.pods = 0.2;
                    s.minutes = 360;
                });
        good(
                "pods differ by 20%, 1 beside 20, without a label",
                FEW, s -> {
                    s.pods = 0.2;
                    s.toldApart = false;
                });
        good(
                "pods differ by 20%, 1 beside 20, without a label, 6 hours",
                FEW, s -> {
                    s.pods = 0.2;
                    s.toldApart = false;
                    s.minutes = 360;
                });
        for (double sd : new double[] {0.05, 0.1}) {
            good(format("the canary's latency wanders by %.0f%%", 100 * sd), SOME, s -> s.wander = sd);
        }
        for (double sd : new double[] {0.02, 0.05, 0.1}) {
            good(format("the canary's mix of requests drifts by %.2f", sd), SOME, s -> s.mix = sd);
        }
        good("pauses: 3x in one of 50 ticks of a track", FEW, s -> s.pause = 0.02);
        good(
                "both at 5% errors, sent again: 0.8, up to 3 more",
                FEW, s -> {
                    s.errors = 0.05;
                    retries(s, 0.8, 3);
                });
        good(
                "both 3x slow, the canary 15% slower still",
                FEW, s -> {
                    s.slower = 3;
                    s.offset = 1.15;
                });
    }

    /** As public recordings of releases pod by pod show it. */
    private void wild() {
        for (double times : new double[] {1.1, 1.2, 1.3}) {
            for (double spread : new double[] {0.7, 0.25}) {
                good(format("the canary %.1fx as slow for good, spread %.2f", times, spread), SOME, s -> {
                    s.offset = times;
                    s.spread = spread;
                });
            }
        }
        for (double noise : new double[] {0.065, 0.2, 0.5}) {
            good(format("latency of either track jumps by %.2f a tick", noise), SOME, s -> s.noise = noise);
        }
        for (double times : new double[] {2.7, 5.8, 11}) {
            good(format("canary %.1fx slow for two minutes, noise 0.20", times), FEW, s -> {
                s.cold = times;
                s.coldUntil = 120;
                s.noise = 0.2;
            });
        }
    }

    private void bad() {
        bad(ERRORS_1, 3.5, s -> {});
        bad(ERRORS_3, 1, s -> {});
        bad(ERRORS_10, 1, s -> {});
        bad(SLOW_15, 1.5, s -> {});
        bad(SLOW_2, 1, s -> {});
        bad(TAIL, 1.8, s -> {});
        for (Effect effect : List.of(ERRORS_1, ERRORS_3, ERRORS_10, SLOW_15, SLOW_2, TAIL)) {
            bad(named(effect, "from the start"), 3.5, s -> s.fromStart = true);
        }
        bad(named(ERRORS_1, "failures sent again: 0.8, up to 3 more"), 6.5, s -> retries(s, 0.8, 3));
        bad(named(ERRORS_3, "failures sent again: 0.8, up to 3 more"), 4, s -> retries(s, 0.8, 3));
        for (double sd : new double[] {0.1, 0.2}) {
            bad(named(SLOW_2, format("pods differ by %.0f%%", 100 * sd)), 3, s -> s.pods = sd);
        }
        bad(named(SLOW_15, "noise 0.065"), 3, s -> s.noise = 0.065);
        bad(named(SLOW_2, "noise 0.2"), 3, s -> s.noise = 0.2);
    }

    private static Effect named(Effect e, String how) {
        return new Effect(e.name() + ", " + how, e.errors(), e.slower(), e.tail());
    }

    private static void cold(Service s, double times, double seconds) {
        s.cold = times;
        s.coldSeconds = seconds;
    }

    private static void retries(Service s, double again, int most) {
        s.again = again;
        s.againMost = most;
    }

    private void good(String name, double wanted, Consumer<Service> made) {
        row(name, wanted, false, made);
    }

    private void bad(Effect effect, double wanted, Consumer<Service> made) {
        row(effect.name(), wanted, true, made.andThen(s -> s.effect = effect));
    }

    private void row(String name, double wanted, boolean bad, Consumer<Service> made) {
        Service service = new Service();
        made.accept(service);
        rows.add(new Row(name, wanted, bad, service));
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
