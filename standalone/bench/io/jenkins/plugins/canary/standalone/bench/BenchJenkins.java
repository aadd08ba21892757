package io.jenkins.plugins.canary.standalone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.standalone.bench.JenkinsVisitor.Times;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** A Jenkins with 200 builds, each with five rollouts; without the plugin, with five branches that sleep. */
final class BenchJenkins implements AutoCloseable {

    static final Duration MEASURED = Duration.ofMinutes(3);

    private static final Duration BEGIN = Duration.ofMinutes(1);
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofMinutes(3);
    private static final Duration GIVE_UP = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 500;
    private static final double FEWEST_TICKS = 0.95;
    private static final String DASHBOARD = "canary-rollouts/";
    private static final String BUILD_PAGE = "job/" + JenkinsHome.job(7) + "/1/";
    private static final Pattern TICKS = Pattern.compile("(?m)^canary_tick_lateness_seconds_count(?:\\{})? ([0-9.E]+)");

    private final Path parts;
    private final Path work;
    private final Path home;
    private final URI address;
    private final Process services;
    private JenkinsProcess jenkins;
    private JenkinsVisitor person;
    private JsonNode rollouts;

    /** In megabytes. */
    record Memory(double heap, double resident) {

        Memory above(Memory idle) {
            return new Memory(heap - idle.heap, resident - idle.resident);
        }
    }

    /**
     * @param cpuSeconds of the process, user and system, over {@link #MEASURED}
     * @param writes of all build.xml, and the most of one within a minute
     */
    record Steady(double cpuSeconds, double ticks, int writes, int mostWrites, Memory memory) {}

    record Pages(Times dashboard, Times gate) {}

    /** Seconds until every rollout had ticked again: since Jenkins answered, and since it was killed. */
    record Restart(double sinceUp, double sinceKilled) {}

    private BenchJenkins(Path parts, Path work, Process services) throws IOException {
        this.parts = parts;
        this.work = work;
        this.home = Files.createDirectory(work.resolve("home"));
        this.address = address();
        this.services = services;
    }

    /** @param parts a folder with {@code jenkins.war} and {@code plugins} */
    static BenchJenkins start(Path parts, Path work, boolean plugin) throws Exception {
        Process services = plugin ? Child.start(JenkinsServices.class, List.of("-Xmx256m", "-XX:+UseSerialGC")) : null;
        BenchJenkins bench = new BenchJenkins(parts, work, services);
        try {
            JenkinsHome.make(bench.home, parts.resolve("plugins"), port(services), bench.address.toString());
            bench.start();
            Thread.sleep(SETTLE.toMillis());
            return bench;
        } catch (Exception e) {
            bench.close();
            throw e;
        }
    }

    private static URI address() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort() + "/");
        }
    }

    private static int port(Process services) throws IOException {
        return services == null
                ? 0
                : Integer.parseInt(
                        services.inputReader(StandardCharsets.UTF_8).readLine().replace("port=", ""));
    }

    private void start() throws Exception {
        jenkins = JenkinsProcess.start(parts, home, work, address);
        person = new JenkinsVisitor(address);
    }

    Memory memory() throws Exception {
        double resident = jenkins.residentMb();
        return new Memory(jenkins.heapMb(), resident);
    }

    /** Has all jobs build; returns when their branches sleep. */
    void sleepers() throws Exception {
        person.build(JenkinsHome.BUILDS, BEGIN);
        Thread.sleep(SETTLE.toMillis());
    }

    /** Has all jobs build; returns when all rollouts are under way and Jenkins is warm. */
    void releases() throws Exception {
        person.build(JenkinsHome.BUILDS, BEGIN);
        long giveUp = System.nanoTime() + GIVE_UP.toNanos();
        rollouts = open();
        while (inPhase(rollouts) < JenkinsHome.ROLLOUTS) {
            if (System.nanoTime() > giveUp) {
                throw new IOException("of 1,000 rollouts only " + inPhase(rollouts) + " are under way");
            }
            TimeUnit.SECONDS.sleep(2);
            rollouts = open();
        }
        Thread.sleep(WARM_UP.toMillis());
    }

    private JsonNode open() throws Exception {
        return person.json(DASHBOARD, "rollouts[url,phase]").get("rollouts");
    }

    private static long inPhase(JsonNode rollouts) {
        return StreamSupport.stream(rollouts.spliterator(), false)
                .filter(rollout -> rollout.path("phase").isTextual())
                .count();
    }

    /** Looks on for {@link #MEASURED}. */
    Steady steady() throws Exception {
        double ticks = ticks();
        double cpu = jenkins.cpuSeconds();
        try (RecordWrites writes = new RecordWrites(JenkinsHome.builds(home))) {
            writes.follow(MEASURED.toMillis());
            cpu = jenkins.cpuSeconds() - cpu;
            ticks = ticks() - ticks;
            double wanted = (double) JenkinsHome.ROLLOUTS * MEASURED.toSeconds() / JenkinsHome.INTERVAL_SECONDS;
            if (ticks < wanted * FEWEST_TICKS) {
                throw new IOException("only " + ticks + " of " + wanted + " ticks were taken");
            }
            return new Steady(cpu, ticks, writes.all(), writes.mostInAMinute(), memory());
        }
    }

    private double ticks() throws Exception {
        Matcher count = TICKS.matcher(person.get(DASHBOARD + "metrics"));
        if (!count.find()) {
            throw new IOException("the plugin's own metrics do not count ticks");
        }
        return Double.parseDouble(count.group(1));
    }

    Pages pages() throws Exception {
        String gate = rollouts.get(JenkinsHome.ROLLOUTS / 2).get("url").asText();
        return new Pages(person.times(DASHBOARD), person.times(gate, gate + "rollout"));
    }

    Times buildPage() throws Exception {
        return person.times(BUILD_PAGE);
    }

    /** As after a crash. */
    Restart restart() throws Exception {
        jenkins.kill();
        long killed = System.currentTimeMillis();
        JournalTails journals = new JournalTails(JenkinsHome.builds(home));
        start();
        int ticked = journals.tickedSince(killed);
        while (ticked < JenkinsHome.ROLLOUTS) {
            if (System.currentTimeMillis() - killed > GIVE_UP.toMillis()) {
                throw new IOException("of 1,000 rollouts only " + ticked + " ticked again within 5 minutes");
            }
            Thread.sleep(LOOK_MILLIS);
            ticked = journals.tickedSince(killed);
        }
        long now = System.currentTimeMillis();
        return new Restart((now - jenkins.upAt()) / 1e3, (now - killed) / 1e3);
    }

    @Override
    public void close() throws InterruptedException {
        if (jenkins != null) {
            jenkins.kill();
        }
        if (services != null) {
            services.destroyForcibly().waitFor();
        }
    }
}
