package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What every fuzz test holds: a reader throws nothing but what it declares, with a message, and takes less than a second.
 * What it accepts is for each test to check. {@code ./canary fuzz} names a file for the figures in the system property
 * {@code canary.fuzz.figures}; the stored inputs of a test run are held to five seconds, since a cold JVM is slow.
 */
public final class Fuzz {

    private static final String FIGURES = System.getProperty("canary.fuzz.figures");
    private static final long LONGEST_NANOS = (FIGURES == null ? 5 : 1) * 1_000_000_000L;
    /** The first inputs load classes and run without compiled code: they say nothing about the input. */
    private static final int WARM_UP = 50;

    private static final long EVERY_NANOS = 500_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static long inputs;
    private static long accepted;
    private static long slowest;
    private static long written;

    private Fuzz() {}

    /** Reads an input and checks what came of it. */
    @FunctionalInterface
    public interface Reader<T> {

        /** @return whether the reader accepted the input */
        boolean read(T input) throws Exception;
    }

    /** @param declared what the reader may throw */
    @SafeVarargs
    public static void text(byte[] input, Reader<String> reader, Class<? extends Exception>... declared) {
        bytes(input, bytes -> reader.read(new String(bytes, StandardCharsets.UTF_8)), declared);
    }

    /**
     * The time is that of the thread's own work, so that a busy machine makes no input slow.
     *
     * @param declared what the reader may throw
     */
    @SafeVarargs
    public static void bytes(byte[] input, Reader<byte[]> reader, Class<? extends Exception>... declared) {
        long began = THREADS.getCurrentThreadCpuTime();
        boolean read = false;
        try {
            read = reader.read(input);
        } catch (Exception e) {
            if (Arrays.stream(declared).noneMatch(d -> d.isInstance(e))) {
                throw new AssertionError("not declared: " + e, e);
            }
            assertFalse(e.getMessage() == null || e.getMessage().isBlank(), "an exception without a message: " + e);
        }
        count(THREADS.getCurrentThreadCpuTime() - began, read);
    }

    private static synchronized void count(long took, boolean read) {
        inputs++;
        accepted += read ? 1 : 0;
        boolean warm = FIGURES == null || inputs > WARM_UP;
        if (warm) {
            slowest = Math.max(slowest, took);
        }
        long now = System.nanoTime();
        if (FIGURES != null && now - written > EVERY_NANOS) {
            written = now;
            write();
        }
        assertTrue(!warm || took <= LONGEST_NANOS, "the input took " + took / 1_000_000 + " ms of processor time");
    }

    /** The fuzzer ends its process without running shutdown hooks. */
    private static void write() {
        try {
            Files.writeString(Path.of(FIGURES), inputs + " " + accepted + " " + slowest / 1_000_000 + "\n");
        } catch (IOException e) {
            throw new IllegalStateException("the figures cannot be written to " + FIGURES, e);
        }
    }
}
