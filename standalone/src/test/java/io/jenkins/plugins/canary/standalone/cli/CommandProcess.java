package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.testing.Poll;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command line as a process of its own, which can be killed. */
public final class CommandProcess implements AutoCloseable {

    private final Process process;
    private final Path out;
    private final Path err;

    private CommandProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    public static CommandProcess start(Path dir, Object... words) throws IOException {
        return start(dir, Map.of(), words);
    }

    public static CommandProcess start(Path dir, Map<String, String> environment, Object... words) throws IOException {
        Path out = Files.createTempFile(dir, "out", ".txt");
        Path err = Files.createTempFile(dir, "err", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        Stream.of(words).map(Object::toString).forEach(command::add);
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .redirectInput(new File("/dev/null"));
        process.environment().putAll(environment);
        return new CommandProcess(process.start(), out, err);
    }

    /** SIGKILL: the process gets no chance to do anything. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
    }

    /** SIGTERM, which a person's Ctrl-C comes to as well. */
    public void stop() {
        process.destroy();
    }

    public CommandProcess awaits(String part) throws InterruptedException {
        Poll.until(
                "the command says '" + part + "'", () -> Files.readString(out).contains(part), this::toString);
        return this;
    }

    public Cli.Ended end() throws Exception {
        return end(90);
    }

    /** @param seconds after which it should have ended */
    public Cli.Ended end(int seconds) throws Exception {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("the command did not end: " + this);
        }
        return new Cli.Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Override
    public String toString() {
        try {
            return "it said:\n" + Files.readString(out) + Files.readString(err);
        } catch (IOException e) {
            return "what it said cannot be read";
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
