package io.jenkins.plugins.canary.engine.metric.scrape;

import io.jenkins.plugins.canary.engine.metric.scrape.Exposition.Format;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Writes /metrics pages the way exporters do, with all the freedom that the formats leave. */
final class PageWriter {

    private static final String VALUE_SIGNS = "abcXYZ019 _-/\\\"\n{}=,#\u00e4\u4e2d\ud83d\ude00";

    private PageWriter() {}

    static Sample random(Random random) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            StringBuilder value = new StringBuilder();
            random.ints(random.nextInt(12), 0, VALUE_SIGNS.codePointCount(0, VALUE_SIGNS.length()))
                    .map(n -> VALUE_SIGNS.codePoints().skip(n).findFirst().orElseThrow())
                    .forEach(value::appendCodePoint);
            labels.put("l" + i + "_", value.toString());
        }
        double value =
                switch (random.nextInt(6)) {
                    case 0 -> Double.NaN;
                    case 1 -> Double.POSITIVE_INFINITY;
                    case 2 -> Double.NEGATIVE_INFINITY;
                    case 3 -> random.nextInt(1000);
                    default -> Double.longBitsToDouble(random.nextLong());
                };
        String name = "m" + random.nextInt(100) + (random.nextBoolean() ? "_total" : ":x");
        return new Sample(name, labels, value, random.nextBoolean() ? null : (long) random.nextInt());
    }

    static void write(StringBuilder page, Sample sample, Format format, Random random) {
        page.append(random.nextInt(4) == 0 ? "# HELP " + sample.name() + " said\n" : "")
                .append(sample.name());
        if (!sample.labels().isEmpty() || random.nextBoolean()) {
            page.append('{');
            sample.labels()
                    .forEach((k, v) -> page.append(k)
                            .append("=\"")
                            .append(v.replace("\\", "\\\\")
                                    .replace("\"", "\\\"")
                                    .replace("\n", "\\n"))
                            .append("\","));
            page.setLength(page.length() - (!sample.labels().isEmpty() && random.nextBoolean() ? 1 : 0));
            page.append('}');
        }
        page.append(' ')
                .append(
                        Double.isNaN(sample.value())
                                ? "NaN"
                                : Double.isInfinite(sample.value())
                                        ? (sample.value() > 0 ? "+Inf" : "-Inf")
                                        : Double.toString(sample.value()));
        if (sample.millis() != null) {
            page.append(' ')
                    .append(
                            format == Format.TEXT
                                    ? sample.millis().toString()
                                    : BigDecimal.valueOf(sample.millis(), 3).toPlainString());
        }
        page.append(format == Format.OPEN_METRICS && random.nextInt(3) == 0 ? " # {trace=\"x y\"} 1.5" : "")
                .append('\n');
    }
}
