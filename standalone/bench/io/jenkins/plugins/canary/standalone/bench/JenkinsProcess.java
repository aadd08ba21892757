package io.jenkins.plugins.canary.standalone.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Jenkins in a process of its own, measured from outside. Linux only: how much memory it has is read from /proc. */
final class JenkinsProcess {

    /** As much as small controllers are given; what the heap may be decides how much the process takes. */
    private static final String HEAP = "-Xmx1g";

    private static final Duration START = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 100;

    private final Process process;
    private final long upAt;

    private JenkinsProcess(Process process, long upAt) {
        this.process = process;
        this.upAt = upAt;
    }

    /**
     * Starts a Jenkins and waits until it answers.
     *
     * @param parts a folder with {@code jenkins.war}
     * @param work for its log and what it unpacks
     */
    static JenkinsProcess start(Path parts, Path home, Path work, URI address) throws Exception {
        Path log = Files.createTempFile(work, "jenkins-", ".log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-Djenkins.install.runSetupWizard=false",
                        "-Dhudson.model.UpdateCenter.never=true",
                        "-DJENKINS_HOME=" + home,
                        "-jar",
                        parts.resolve("jenkins.war").toString(),
                        "--webroot=" + work.resolve("war"),
                        "--httpListenAddress=" + address.getHost(),
                        "--httpPort=" + address.getPort()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        HttpClient client = HttpClient.newHttpClient();
        long giveUp = System.nanoTime() + START.toNanos();
        while (!isUp(client, address)) {
            if (!process.isAlive() || System.nanoTime() > giveUp) {
                process.destroyForcibly();
                throw new IOException("Jenkins did not start; its log is " + log);
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return new JenkinsProcess(process, System.currentTimeMillis());
    }

    /** Until then it answers 503. */
    private static boolean isUp(HttpClient client, URI address) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/login"))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** When it first answered; milliseconds since the epoch. */
    long upAt() {
        return upAt;
    }

    /** What it has used of processors so far, in seconds. */
    double cpuSeconds() throws IOException {
        return process.info()
                        .totalCpuDuration()
                        .orElseThrow(() -> new IOException("this system does not tell a process' time"))
                        .toMillis()
                / 1e3;
    }

    /** Megabytes that it has of the machine's memory. */
    double residentMb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1e6;
            }
        }
        throw new IOException("the process " + process.pid() + " has no memory");
    }

    /** Megabytes of the heap that are reachable; runs a full collection. */
    double heapMb() throws Exception {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(process.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String total = text.lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() ->
                        new IOException("jcmd says: " + text.lines().limit(3).toList()));
        return Long.parseLong(total.trim().split("\\s+")[2]) / 1e6;
    }

    /** Without a word, as a crash does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    }
}
