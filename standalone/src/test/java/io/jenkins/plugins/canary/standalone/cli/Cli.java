package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.testing.Poll;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command line as a person uses it, in this process: what was typed, what came out, and the exit code. */
public final class Cli {

    private static final Duration LONGEST = Duration.ofSeconds(300);

    private Cli() {}

    /** What a command that has ended left behind. No command may ever show a stack trace. */
    public record Ended(int exit, String out, String err) {

        public Ended {
            assertFalse((out + err).contains("\tat "), "a stack trace at a person:\n" + out + err);
        }

        public Ended exits(int code) {
            assertEquals(code, exit, toString());
            return this;
        }

        public Ended says(String... parts) {
            for (String part : parts) {
                assertTrue((out + err).contains(part), "'" + part + "' is not in:\n" + this);
            }
            return this;
        }

        /** The object on the last line of the standard output. */
        public JsonNode json() {
            List<String> lines = out.lines().toList();
            try {
                return new ObjectMapper().readTree(lines.get(lines.size() - 1));
            } catch (IOException | IndexOutOfBoundsException e) {
                throw new AssertionError("the last line is no JSON: " + this, e);
            }
        }

        @Override
        public String toString() {
            return "exit " + exit + "\n--- out\n" + out + "--- err\n" + err;
        }
    }

    static Ended run(Object... words) {
        return start(words).end();
    }

    static Running start(Object... words) {
        String[] args = Stream.of(words).map(Object::toString).toArray(String[]::new);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        exit.complete(Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args));
                    } catch (Throwable t) {
                        exit.completeExceptionally(t);
                    }
                },
                "cli");
        thread.setDaemon(true);
        thread.start();
        return new Running(exit, out, err);
    }

    /** A command under way. */
    record Running(CompletableFuture<Integer> exit, StringWriter out, StringWriter err) {

        /** Waits until it has said something. */
        Running awaits(String part) throws InterruptedException {
            Poll.until(
                    "the command says '" + part + "'",
                    () -> out.toString().contains(part),
                    () -> "it said:\n" + out + err);
            return this;
        }

        Ended end() {
            try {
                return new Ended(exit.get(LONGEST.toSeconds(), TimeUnit.SECONDS), out.toString(), err.toString());
            } catch (Exception e) {
                throw new AssertionError("the command did not end: " + e + "\n" + out + err, e);
            }
        }
    }
}
