package io.jenkins.plugins.canary.engine;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** How durations, percentages and metric values are written in plans and printed for people. */
public final class Units {

    /** Digits are bounded: 1e999999999 would cost a decimal number of a billion digits. */
    private static final String DECIMAL = "\\d{1,18}(?:\\.\\d{1,18})?";

    private static final String SIGNED = "[+-]?" + DECIMAL + "(?:[eE][+-]?\\d{1,2})?";
    private static final Pattern PART = Pattern.compile("(" + DECIMAL + ")(ms|us|d|h|m|s)");
    private static final Pattern PERCENT = Pattern.compile("(" + SIGNED + ")\\s*%");
    private static final Pattern NUMBER = Pattern.compile(SIGNED);
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
    private static final Duration LONGEST = Duration.ofDays(3650);

    private static final long[] SIZES = {86_400_000, 3_600_000, 60_000, 1_000, 1};
    private static final String[] NAMES = {"d", "h", "min", "s", "ms"};

    private static final int FAST_DIGITS = 9;
    /** Above what a product of nine digits is wrong by. */
    private static final double NEARLY_HALF = 1e-5;

    private static final double[] POWERS =
            IntStream.rangeClosed(0, 15).mapToDouble(p -> Math.pow(10, p)).toArray();

    private Units() {}

    /** Parses {@code 90s}, {@code 5m}, {@code 1h30m}, {@code 250ms}; null when it is none, or beyond ten years. */
    public static Duration duration(String text) {
        Matcher part = PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (part.lookingAt()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unitNanos(part.group(2))));
            end = part.end();
            part.region(end, text.length());
        }
        if (end == 0
                || end != text.length()
                || nanos.compareTo(NANOS.multiply(BigDecimal.valueOf(LONGEST.toSeconds()))) > 0) {
            return null;
        }
        return Duration.ofNanos(nanos.longValue());
    }

    private static BigDecimal unitNanos(String unit) {
        return switch (unit) {
            case "us" -> BigDecimal.valueOf(1_000);
            case "ms" -> BigDecimal.valueOf(1_000_000);
            case "s" -> NANOS;
            case "m" -> NANOS.multiply(BigDecimal.valueOf(60));
            case "h" -> NANOS.multiply(BigDecimal.valueOf(3_600));
            default -> NANOS.multiply(BigDecimal.valueOf(86_400));
        };
    }

    /** Parses {@code 0.1%} to 0.001; empty when it is not a percentage. */
    public static OptionalDouble percentage(String text) {
        Matcher m = PERCENT.matcher(text);
        return m.matches()
                ? OptionalDouble.of(new BigDecimal(m.group(1)).movePointLeft(2).doubleValue())
                : OptionalDouble.empty();
    }

    /** Parses a share from 0 to below 1, {@code 0.2%} or {@code 0.002}; empty when it is none. */
    public static OptionalDouble share(String text) {
        OptionalDouble percent = percentage(text);
        OptionalDouble share = percent.isPresent() ? percent : number(text);
        return share.isPresent() && share.getAsDouble() >= 0 && share.getAsDouble() < 1
                ? share
                : OptionalDouble.empty();
    }

    /** Parses a plain decimal number; empty when it is not one. */
    public static OptionalDouble number(String text) {
        return NUMBER.matcher(text).matches() ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }

    /** As plans have it: {@code 1h30m}, {@code 250ms}, which {@link #duration} reads. */
    public static String write(Duration d) {
        if (d.isZero()) {
            return "0s";
        }
        StringBuilder out = new StringBuilder();
        long millis = d.toMillis();
        String[] names = {"d", "h", "m", "s", "ms"};
        for (int i = 0; i < SIZES.length; i++) {
            if (millis >= SIZES[i]) {
                out.append(millis / SIZES[i]).append(names[i]);
                millis %= SIZES[i];
            }
        }
        return out.isEmpty() ? d.toNanos() / 1_000.0 + "us" : out.toString();
    }

    /** As plans have it: {@code 99.2%}, {@code 812ms}, {@code 4.2/s}. */
    public static String write(double value, Unit unit) {
        return print(value, unit).replace(" ", "").replace(",", "");
    }

    /** For people, the two largest units: {@code 1 h 30 min}, {@code 250 ms}. */
    public static String print(Duration d) {
        long left = d.toMillis();
        if (left == 0) {
            return d.isZero() ? "0 s" : plain(d.toNanos() / 1e6) + " ms";
        }
        int unit = 0;
        while (left < SIZES[unit]) {
            unit++;
        }
        String text = left / SIZES[unit] + " " + NAMES[unit];
        left %= SIZES[unit];
        boolean more = unit + 1 < SIZES.length && left >= SIZES[unit + 1];
        return more ? text + " " + left / SIZES[unit + 1] + " " + NAMES[unit + 1] : text;
    }

    /** For people, to three digits at least: {@code 99.2%}, {@code 812 ms}, {@code 4.2/s}, {@code 1,234}. */
    public static String print(double value, Unit unit) {
        if (!Double.isFinite(value)) {
            return "no value";
        }
        return switch (unit) {
            case RATIO -> ratio(value);
            case SECONDS -> Math.abs(value) >= 1 ? plain(value) + " s" : plain(value * 1000) + " ms";
            case PER_SECOND -> plain(value) + "/s";
            case COUNT -> plain(value);
        };
    }

    /** {@code 1 rollout}, {@code 2 rollouts}, {@code 1,234 requests}. */
    public static String count(long number, String one) {
        return count(number, one, one + "s");
    }

    /** {@code 1 try}, {@code 2 tries}. */
    public static String count(long number, String one, String many) {
        return plain(number) + " " + (number == 1 ? one : many);
    }

    /** Near 100% the digits that matter are those of what is missing: 99.95%, not 100%. */
    private static String ratio(double value) {
        double percent = value * 100;
        if (Double.isInfinite(percent)) {
            return "no value";
        }
        return percent > 99 && percent < 100 ? plain(100 - (100 - percent), 5) + "%" : plain(percent) + "%";
    }

    /** Three digits, from 1,000 six, and never fewer than the whole number has. */
    private static String plain(double value) {
        double size = Math.abs(value);
        return plain(value, size < 1000 ? 3 : Math.max(6, (int) Math.log10(size) + 1));
    }

    private static String plain(double value, int digits) {
        BigDecimal rounded = rounded(value, digits).stripTrailingZeros();
        if (rounded.signum() == 0) {
            return "0";
        }
        String text = rounded.toPlainString();
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        StringBuilder grouped = new StringBuilder(whole);
        for (int i = whole.length() - 3; i > (whole.startsWith("-") ? 1 : 0); i -= 3) {
            grouped.insert(i, ',');
        }
        return grouped + text.substring(whole.length());
    }

    /**
     * Half is rounded up. A double in full has fifty digits and more, which cost most of a tick's time to print; they matter
     * only where the value lies at a half, nearly.
     */
    private static BigDecimal rounded(double value, int digits) {
        int scale = value == 0 ? 0 : digits - 1 - (int) Math.floor(Math.log10(Math.abs(value)));
        if (digits <= FAST_DIGITS && scale >= 0 && scale < POWERS.length) {
            double shifted = value * POWERS[scale];
            if (Math.abs(shifted - Math.floor(shifted) - 0.5) > NEARLY_HALF) {
                return BigDecimal.valueOf(Math.round(shifted), scale);
            }
        }
        return new BigDecimal(value).round(new MathContext(digits));
    }
}
