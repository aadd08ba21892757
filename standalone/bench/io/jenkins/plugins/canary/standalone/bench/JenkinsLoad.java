package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.standalone.bench.JenkinsVisitor.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A real Jenkins whose builds have a thousand open rollouts, measured from outside: processor, memory, pages, build records,
 * and how soon all are watched again after a crash. Beside it a Jenkins without the plugin, whose builds sleep.
 */
final class JenkinsLoad {

    /** System property: a folder with {@code jenkins.war} and {@code plugins}; .ci/bench makes it. */
    private static final String PARTS = "canary.bench.jenkins";
    /** System property: why there is no such folder. */
    private static final String MISSING = "canary.bench.jenkins.missing";

    private JenkinsLoad() {}

    /** What cannot be had here; null when nothing is missing. */
    static String missing() {
        return System.getProperty(PARTS) != null
                ? null
                : System.getProperty(MISSING, "there is no Jenkins; run it by ./canary bench jenkins");
    }

    /** What a Jenkins without the plugin shows, before its builds begin and while they sleep. */
    private record Without(BenchJenkins.Memory idle, BenchJenkins.Memory memory, Times buildPage) {}

    static List<Budget> measure() throws Exception {
        if (missing() != null) {
            throw new IOException(missing());
        }
        Path parts = Path.of(System.getProperty(PARTS));
        Path work = Files.createTempDirectory("canary-bench");
        Without without = without(parts, Files.createDirectory(work.resolve("without")));
        List<Budget> budgets = with(parts, Files.createDirectory(work.resolve("with")), without);
        // Left where it is when something failed: Jenkins' log tells what.
        delete(work);
        return budgets;
    }

    private static Without without(Path parts, Path work) throws Exception {
        say("200 builds that sleep, in a Jenkins without the plugin");
        try (BenchJenkins jenkins = BenchJenkins.start(parts, work, false)) {
            BenchJenkins.Memory idle = jenkins.memory();
            jenkins.sleepers();
            Times page = jenkins.buildPage();
            return new Without(idle, jenkins.memory(), page);
        }
    }

    private static List<Budget> with(Path parts, Path work, Without without) throws Exception {
        try (BenchJenkins jenkins = BenchJenkins.start(parts, work, true)) {
            BenchJenkins.Memory idle = jenkins.memory();
            say("1,000 rollouts of 200 builds begin, and run until Jenkins is warm");
            jenkins.releases();
            say("measuring");
            BenchJenkins.Steady steady = jenkins.steady();
            BenchJenkins.Memory above = steady.memory().above(idle);
            BenchJenkins.Memory asleep = without.memory().above(without.idle());
            say("loading pages");
            BenchJenkins.Pages pages = jenkins.pages();
            Times build = jenkins.buildPage();
            say("killing Jenkins, and starting it again");
            BenchJenkins.Restart restart = jenkins.restart();
            return List.of(
                    new Budget(
                            "Jenkins, 1,000 rollouts of 200 builds, a tick each 15 s: processor",
                            25,
                            100 * steady.cpuSeconds() / BenchJenkins.MEASURED.toSeconds(),
                            "% of a core",
                            text("user and system time over 3 minutes, %.0f ticks", steady.ticks())),
                    new Budget(
                            "  heap after a full collection, above idle",
                            200,
                            above.heap(),
                            "MB",
                            text(
                                    "%.0f MB in all; 200 builds that sleep take %.0f MB of it without the plugin",
                                    steady.memory().heap(), asleep.heap())),
                    new Budget(
                            "  memory of the process, above 200 builds that sleep without the plugin",
                            200,
                            steady.memory().resident() - without.memory().resident(),
                            "MB",
                            text(
                                    "%.0f MB in all with -Xmx1g, %.0f MB above idle, of which those builds take %.0f MB",
                                    steady.memory().resident(), above.resident(), asleep.resident())),
                    page("  dashboard", 300, pages.dashboard()),
                    page("  gate page and its JSON", 200, pages.gate()),
                    new Budget(
                            "  build page, longer than without the plugin",
                            20,
                            build.median() - without.buildPage().median(),
                            "ms",
                            build + "; without: " + without.buildPage()),
                    new Budget(
                            "  writes of one build.xml within a minute",
                            1,
                            steady.mostWrites(),
                            "writes",
                            "the most; " + steady.writes()
                                    + " of all 200 in 3 minutes, in which each rollout shifted once"),
                    new Budget(
                            "  killed and started again: every rollout has ticked",
                            30,
                            restart.sinceUp(),
                            "s",
                            text("after Jenkins answered; %.0f s after it was killed", restart.sinceKilled())));
        }
    }

    private static Budget page(String what, double most, Times times) {
        return new Budget(what, most, times.p95(), "ms", "p95; " + times);
    }

    private static String text(String format, Object... numbers) {
        return String.format(Locale.ROOT, format, numbers);
    }

    private static void say(String what) {
        System.err.println("  " + what + " ...");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
