package io.jenkins.plugins.canary.engine.metric.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The template of a log line: what lines of one kind have in common. Each number, id, quoted text, address and secret becomes
 * {@code *}, in one pass and by the line alone, so that a line has the same template wherever and whenever it is read. Drain
 * (He, Zhu, Zheng and Lyu, ICWS 2017) and Loki's pattern ingester learn which words vary from many lines; words that vary and
 * are no numbers stay here.
 */
final class LogTemplate {

    /** Characters of a line that are looked at. */
    static final int LONGEST = 300;

    private static final char MASK = '*';
    /** Between two masks it belongs to one value: a time, an address with its port, a list. */
    private static final String JOINS = "-._:/+@#=,";

    private static final int UUID = 36;
    private static final int LONGEST_WORD = 40;
    private static final int LEAST_HEX = 8;

    /** The fields of a structured line that say what happened. */
    private static final List<String> SAYS =
            List.of("message", "msg", "@message", "event", "error", "err", "exception", "error.type", "error.message");

    private static final Set<String> SPOKEN = Set.of("message", "msg", "error", "err", "exception", "reason", "cause");
    private static final Pattern SECRET = Pattern.compile(
            ".*(password|passwd|pwd|secret|token|authorization|bearer|apikey|api_key|api-key|credential)s?");
    /** Stand between {@code Authorization:} and what is secret. */
    private static final Set<String> SCHEMES = Set.of("bearer", "basic", "digest", "token");

    private static final String ENDS_SECRET = " ,;&\"'`)]}*";
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]+");

    private final String text;
    private final StringBuilder out;
    /** The last word before this place, in lower case. */
    private String word = "";
    /** Up to here it is known whether an address of mail begins. */
    private int noMailUntil;

    private LogTemplate(String text) {
        this.text = text;
        this.out = new StringBuilder(text.length());
    }

    /** Of a line as it was logged; of a structured one, of what its message says. */
    static String of(String line) {
        return mask(message(line));
    }

    /** At most as long as the text, and its own template. */
    static String mask(String text) {
        String line = PlainText.clip(text, LONGEST);
        return new LogTemplate(line.substring(0, Math.min(LONGEST, line.length()))).masked();
    }

    private static String message(String line) {
        String text = line.strip();
        if (!text.startsWith("{") || !text.endsWith("}")) {
            return line;
        }
        try {
            JsonNode root = BoundedJson.MAPPER.readTree(text);
            String says = SAYS.stream()
                    .map(root::get)
                    .filter(said -> said != null && !said.isNull())
                    .map(said -> said.isValueNode()
                            ? said.asText()
                            : said.path("message").asText(said.path("type").asText()))
                    .filter(said -> !said.isBlank())
                    .map(said -> PlainText.clip(said, LONGEST))
                    .distinct()
                    .collect(Collectors.joining(" | "));
            return says.isEmpty() ? line : says;
        } catch (JsonProcessingException notJson) {
            return line;
        }
    }

    private String masked() {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isWord(c)) {
                at = word(at);
            } else if (c == MASK) {
                at = mask(at + 1);
            } else if (isQuote(at)) {
                int close = text.indexOf(c, at + 1);
                at = close < 0 ? copy(at) : mask(close + 1);
            } else {
                at = copy(at);
            }
        }
        return out.toString();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c);
    }

    /** Whether a quoted text begins here; an apostrophe within a word does not, nor the message of a line of key=value. */
    private boolean isQuote(int at) {
        char c = text.charAt(at);
        if (c != '"' && c != '`' && c != '\'') {
            return false;
        }
        char before = out.length() == 0 ? ' ' : out.charAt(out.length() - 1);
        return !isWord(before) && before != MASK && !(before == '=' && SPOKEN.contains(word));
    }

    private int copy(int at) {
        out.append(text.charAt(at));
        return at + 1;
    }

    /** Puts a mask, which swallows one that stands before it. */
    private int mask(int next) {
        word = "";
        int end = out.length();
        if (end >= 3 && text(end - 3, end).equals(MASK + ", ")) {
            out.setLength(end - 2);
        } else if (end >= 2 && out.charAt(end - 2) == MASK && JOINS.indexOf(out.charAt(end - 1)) >= 0) {
            out.setLength(end - 1);
        }
        if (out.length() == 0 || out.charAt(out.length() - 1) != MASK) {
            out.append(MASK);
        }
        return next;
    }

    private String text(int from, int to) {
        return out.substring(from, to);
    }

    private int word(int at) {
        if (isUuid(at)) {
            return mask(at + UUID);
        }
        int mail = mail(at);
        if (mail > at) {
            return mask(mail);
        }
        int end = at;
        boolean digit = false;
        while (end < text.length() && (isWord(text.charAt(end)) || text.charAt(end) == '_')) {
            digit |= Character.isDigit(text.charAt(end));
            end++;
        }
        String found = text.substring(at, end);
        boolean id = digit
                || found.length() >= LONGEST_WORD
                || found.length() >= LEAST_HEX && HEX.matcher(found).matches();
        String lower = found.toLowerCase(Locale.ROOT);
        boolean secret = isSecretBefore();
        boolean scheme = secret && SCHEMES.contains(lower);
        if (id && !secret) {
            return mask(end);
        }
        if (secret && !scheme) {
            while (end < text.length() && ENDS_SECRET.indexOf(text.charAt(end)) < 0) {
                end++;
            }
            return mask(end);
        }
        out.append(found);
        word = scheme ? "bearer" : lower;
        return end;
    }

    /** Whether what stands here is the value of {@code password=}, {@code "token": } or behind {@code Bearer}. */
    private boolean isSecretBefore() {
        int end = out.length();
        boolean assigned = word.equals("bearer");
        while (end > 0 && " :=\"'".indexOf(out.charAt(end - 1)) >= 0) {
            end--;
            assigned |= out.charAt(end) == ':' || out.charAt(end) == '=';
        }
        return assigned
                && end > 0
                && isWord(out.charAt(end - 1))
                && SECRET.matcher(word).matches();
    }

    private boolean isUuid(int at) {
        if (at + UUID > text.length()) {
            return false;
        }
        for (int i = 0; i < UUID; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            char c = text.charAt(at + i);
            if (dash ? c != '-' : Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The end of the address of mail that begins here; the place itself when none does. */
    private int mail(int at) {
        if (at < noMailUntil) {
            return at;
        }
        int sign = at;
        while (sign < text.length() && isMail(text.charAt(sign))) {
            sign++;
        }
        noMailUntil = sign;
        if (sign >= text.length() || text.charAt(sign) != '@') {
            return at;
        }
        int end = sign + 1;
        boolean dot = false;
        while (end < text.length() && isMail(text.charAt(end))) {
            dot |= text.charAt(end) == '.' && end > sign + 1;
            end++;
        }
        return dot ? end : at;
    }

    private static boolean isMail(char c) {
        return isWord(c) || "._%+-".indexOf(c) >= 0;
    }
}
