package io.jenkins.plugins.canary.engine.plan.init;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.GateListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Files that a team has, out of the folder of scenarios. A first line {@code # canary init --name NAME --arg NAME=VALUE} tells the
 * options.
 */
record Scenario(String name, String text, PlanInit.Options options) {

    private static final Path HERE = Path.of("").toAbsolutePath();
    static final Path FOLDER = (HERE.endsWith("standalone") ? HERE.getParent() : HERE)
            .resolve("src/test/resources/io/jenkins/plugins/canary/engine/plan/init");

    private static final String OPTIONS = "# canary init";

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> !f.contains(".plan."))
                    .sorted()
                    .toList();
        }
    }

    static Scenario read(String name) throws IOException {
        String text = Files.readString(FOLDER.resolve(name));
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, String> args = new LinkedHashMap<>();
        String first = text.lines().findFirst().orElseThrow();
        String[] words = first.startsWith(OPTIONS) ? first.split(" ") : new String[0];
        for (int i = 3; i + 1 < words.length; i += 2) {
            String[] pair = words[i + 1].split("=", 2);
            if (words[i].equals("--arg")) {
                args.put(pair[0], pair[1]);
            } else {
                options.put(words[i], words[i + 1]);
            }
        }
        return new Scenario(
                name,
                text,
                new PlanInit.Options(
                        options.getOrDefault("--name", ""),
                        options.getOrDefault("--namespace", ""),
                        options.getOrDefault("--prometheus", ""),
                        args));
    }

    PlanInit.Result init() throws InitException {
        return init(text);
    }

    /** A plan as this build runs it: Jenkins answers Flagger at its own address, and the plan says to leave this one out. */
    static String asRunHere(String plan) {
        return GateListener.available().isPresent() ? plan : plan.replace("listen: '0.0.0.0:9797', ", "");
    }

    /** With other files, and the same options. */
    PlanInit.Result init(String other) throws InitException {
        return PlanInit.of(List.of(new PlanInit.Source(name, other, true)), options);
    }
}
