package io.jenkins.plugins.canary.standalone.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A measurement in a JVM of its own, which prints what it measured as lines of {@code name=number}. */
final class Child {

    private Child() {}

    static Process start(Class<?> main, List<String> jvm, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Runs to the end and returns the numbers; other lines are passed on. */
    static Map<String, Double> numbers(Class<?> main, List<String> jvm, String... args) throws Exception {
        Process process = start(main, jvm, args);
        Map<String, Double> numbers = new HashMap<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.matches("[a-zA-Z0-9]+=[-0-9.E]+")) {
                    numbers.put(
                            line.substring(0, line.indexOf('=')),
                            Double.parseDouble(line.substring(line.indexOf('=') + 1)));
                } else {
                    System.err.println("  " + line);
                }
            }
        } finally {
            process.destroy();
        }
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException(main.getSimpleName() + " ended with exit code " + exit);
        }
        return numbers;
    }

    static void tell(String name, double number) {
        System.out.println(name + "=" + number);
    }
}
