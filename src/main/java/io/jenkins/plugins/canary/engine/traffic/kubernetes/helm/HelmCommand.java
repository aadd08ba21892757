package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmRelease.Helm;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Helm's own command line, run without a shell. A run ends after the time-out, and what it writes is read to the end but
 * kept only so far.
 *
 * @param program a name that is looked up in the PATH
 * @param login which cluster, and how to sign in to it
 * @param namespace null for the kubeconfig's
 */
record HelmCommand(String program, HelmLogin login, String namespace, Duration timeout) implements Helm {

    private static final int LONGEST_OUTPUT = 16 << 20;
    private static final int LONGEST_ERROR = 16 << 10;
    private static final int LONGEST_MESSAGE = 500;
    private static final Duration GRACE = Duration.ofSeconds(3);

    @Override
    public String run(List<String> arguments, String input) throws RouterException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        if (namespace != null) {
            command.addAll(List.of("--namespace", namespace));
        }
        try (HelmLogin.Open open = login.open()) {
            command.addAll(open.options());
            ProcessBuilder builder = new ProcessBuilder(command);
            if (open.secret() != null) {
                builder.environment().keySet().removeIf(HelmCommand::leadsElsewhere);
            }
            return run(builder, input, "helm " + arguments.get(0));
        }
    }

    /** Nothing in this process's environment may lead Helm to another cluster or another account. */
    private static boolean leadsElsewhere(String variable) {
        return variable.startsWith("HELM_KUBE") || variable.startsWith("KUBE") || variable.equals("HELM_NAMESPACE");
    }

    private String run(ProcessBuilder command, String input, String what) throws RouterException {
        Process process;
        try {
            process = command.start();
        } catch (IOException e) {
            throw RouterException.permanent("there is no program '" + program + "' that can be run here ("
                    + e.getMessage() + "); install Helm 3, or name it with command: NAME");
        }
        try {
            return answer(process, input, what);
        } finally {
            stop(process);
        }
    }

    private String answer(Process process, String input, String what) throws RouterException {
        CompletableFuture<String> output = kept(process.getInputStream(), LONGEST_OUTPUT);
        CompletableFuture<String> errors = kept(process.getErrorStream(), LONGEST_ERROR);
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException endedAlready) {
            // its exit status and its errors tell why
        }
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RouterException(what + " did not end within " + Units.print(timeout) + ", and was ended");
            }
            String wrong = errors.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            String text = output.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            if (process.exitValue() != 0) {
                throw failure(what, wrong);
            }
            if (text.length() >= LONGEST_OUTPUT) {
                throw RouterException.permanent(what + " wrote more than 16 MiB");
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterException(what + " was interrupted");
        } catch (ExecutionException | TimeoutException e) {
            throw new RouterException(what + ": its output could not be read", e);
        }
    }

    private static RouterException failure(String what, String wrong) {
        String line = wrong.replaceAll("(?m)^(WARNING|warning):.*$", "")
                .replaceAll("\\s+", " ")
                .trim();
        String told =
                what + ": " + (line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "..." : line);
        boolean forGood = line.contains("release: not found")
                || line.contains("is forbidden")
                || line.contains("execution error at")
                || line.contains("parse error at");
        return forGood ? RouterException.permanent(told) : new RouterException(told);
    }

    /** Reads to the end, so that the program never waits for its reader, and keeps the beginning. */
    private static CompletableFuture<String> kept(InputStream from, int most) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (from) {
                        String kept = new String(from.readNBytes(most), StandardCharsets.UTF_8);
                        from.transferTo(OutputStream.nullOutputStream());
                        text.complete(kept);
                    } catch (IOException e) {
                        text.completeExceptionally(e);
                    }
                },
                "canary-helm-output");
        reader.setDaemon(true);
        reader.start();
        return text;
    }

    /** First by the signal on which Helm puts its release in order. */
    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** How one run of Helm gets to its cluster. */
    @FunctionalInterface
    interface HelmLogin {

        /** Makes ready what the run needs; closing takes it away again. */
        Open open() throws RouterException;

        /**
         * @param options the command line's; no secret among them
         * @param secret a file that goes when the run has ended; null when there is none. Where there is one, nothing else
         *     may tell Helm of a cluster
         */
        record Open(List<String> options, Path secret) implements AutoCloseable {

            @Override
            public void close() throws RouterException {
                if (secret == null) {
                    return;
                }
                try {
                    Files.deleteIfExists(secret);
                } catch (IOException e) {
                    throw new RouterException("a kubeconfig that was made for Helm cannot be removed: " + secret, e);
                }
            }
        }

        /** The files that a plan names, or the usual places. */
        static HelmLogin files(ClusterRef cluster) {
            List<String> options = new ArrayList<>();
            if (cluster.kubeconfig() != null) {
                options.addAll(List.of("--kubeconfig", cluster.kubeconfig()));
            }
            if (cluster.context() != null) {
                options.addAll(List.of("--kube-context", cluster.context()));
            }
            return () -> new Open(options, null);
        }

        /** A cluster that is configured where this runs: its kubeconfig is a file for the time of the run, read by nobody else. */
        static HelmLogin configured(ClusterAccess clusters, ClusterRef cluster, String namespace) {
            return () -> {
                String kubeconfig = clusters.kubeconfig(cluster, namespace);
                Path file = null;
                try {
                    // Readable for its owner alone, before anything is in it.
                    file = Files.createTempFile("canary-helm", ".kubeconfig");
                    Files.writeString(file, kubeconfig);
                    return new Open(List.of("--kubeconfig", file.toString()), file);
                } catch (IOException e) {
                    new Open(List.of(), file).close();
                    throw new RouterException("the kubeconfig for Helm cannot be written: " + e.getMessage(), e);
                }
            };
        }
    }
}
