package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** PlanTexts broken at random: whatever the text, the reader answers, and each problem has a place in the text. */
class PlanMutationTest {

    private static final int SEEDS = 2_000;
    private static final String ODD = "\t{}[]:,#&*!|>'\"%@`-?\\ 09azé\u0085\u2028\ufeff\ud83d\u0000<";

    @Test
    void neverThrowsAndAlwaysNamesAPlace() {
        List<String> plans = Stream.concat(
                        PlanTexts.GOOD.stream().map(PlanTexts::named),
                        Stream.of(PlanTexts.example("haproxy.yaml"), PlanTexts.SOUND))
                .toList();
        int read = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            String text = mutate(plans.get(seed % plans.size()), new Random(seed));
            try {
                PlanReader.Result result = PlanReader.check(text);
                read += result.plan() != null ? 1 : 0;
                boolean errors = result.problems().stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
                assertTrue(errors == (result.plan() == null), "seed " + seed + ": " + result.problems());
                for (Problem p : result.problems()) {
                    assertTrue(within(p, text), "seed " + seed + ": " + p + " in\n" + text);
                }
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + seed + " threw for\n" + text, e);
            }
        }
        int readable = read;
        assertTrue(
                readable > SEEDS / 50 && readable < SEEDS / 2,
                () -> readable + " were read: mutated too much or too little");
    }

    private static boolean within(Problem p, String text) {
        String[] lines = text.split("\r\n|[\r\n\u0085\u2028\u2029]", -1);
        return p.line() >= 1
                && p.line() <= lines.length
                && p.column() >= 1
                && p.column() <= lines[p.line() - 1].length() + 1;
    }

    private static String mutate(String text, Random random) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int i = random.nextInt(lines.size());
            String line = lines.get(i);
            int at = random.nextInt(line.length() + 1);
            switch (random.nextInt(7)) {
                case 0 -> lines.set(i, "");
                case 1 -> lines.add(i, line);
                case 2 -> lines.set(i, line.substring(0, at));
                case 3 ->
                    lines.set(i, line.substring(0, at) + ODD.charAt(random.nextInt(ODD.length())) + line.substring(at));
                case 4 -> lines.set(i, line.replaceFirst("\\d+", String.valueOf(random.nextLong())));
                case 5 -> lines.set(i, " ".repeat(random.nextInt(4)) + line.strip());
                default -> lines.set(i, line.replace(": ", random.nextBoolean() ? ":" : ": !!int "));
            }
        }
        return String.join("\n", lines) + (random.nextBoolean() ? "\n" : "");
    }
}
