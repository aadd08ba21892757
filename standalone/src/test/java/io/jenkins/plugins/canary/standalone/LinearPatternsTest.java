package io.jenkins.plugins.canary.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every regular expression that stands in the code takes steps in proportion to the text, whatever the text: each is held
 * against repeats of what it is made of, and its looks at characters are counted. What a plan writes is matched by
 * {@link io.jenkins.plugins.canary.engine.LinearPattern} instead.
 */
class LinearPatternsTest {

    private static final List<Path> SOURCES = List.of(Path.of("../src/main/java"), Path.of("src/main/java"));
    private static final Pattern INLINE = Pattern.compile(
            "(\\.(?:matches|replaceAll|replaceFirst|split)|Pattern\\.compile)\\(\\s*\"((?:[^\"\\\\]++|\\\\.)*+)\"\\s*(\\+)?");
    private static final int LENGTH = 300;
    /** A quadratic expression takes 45,000 and more on a text of this length. */
    private static final int MOST_LOOKS = 40 * LENGTH;

    private static final String USUAL = "a1 /.-\"',:<{[(%_=@x\n\\+e0";
    private static final List<String> BEGINNINGS = List.of("{{", "<", "//", "\"", "-----", "a", "1", "\n");
    private static final String SECOND = "a1 /.-,:";
    /** Deep enough for an engine that calls itself for every repeat of a group. */
    private static final int DEEP = 30_000;

    /** The looks at characters are what takes the time. */
    private record Counted(String text, long[] looks) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (looks[0]++ > MOST_LOOKS) {
                throw new TooMany();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMany() {
            super("", null, false, false);
        }
    }

    /** @param searches whether it is looked for everywhere in a text, or held against the whole */
    private record Use(Pattern pattern, boolean searches) {}

    private static Map<String, Use> all() throws Exception {
        Map<String, Use> all = new TreeMap<>();
        for (Path source : SOURCES) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    String text = Files.readString(file);
                    inline(file, text, all);
                    fields(source.relativize(file), text, all);
                }
            }
        }
        return all;
    }

    private static void inline(Path file, String source, Map<String, Use> into) {
        Matcher m = INLINE.matcher(source);
        while (m.find()) {
            boolean field = m.group(1).equals("Pattern.compile");
            if (m.group(3) == null && (!field || !isEngine(file.toString()))) {
                String text = m.group(2).translateEscapes();
                into.put(
                        file.getFileName() + " " + text,
                        new Use(
                                Pattern.compile(text),
                                field ? searches(source) : !m.group(1).equals(".matches")));
            }
        }
    }

    /** Those that are put together from parts; the plugin's own classes are not on this class path. */
    private static void fields(Path file, String source, Map<String, Use> into) throws ReflectiveOperationException {
        String name = file.toString().replace(".java", "").replace('/', '.');
        if (!isEngine(file.toString()) || name.endsWith("package-info")) {
            return;
        }
        Class<?> type = Class.forName(name, false, LinearPatternsTest.class.getClassLoader());
        for (Field field : type.getDeclaredFields()) {
            if (field.getType() == Pattern.class && Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                into.put(name + "." + field.getName(), new Use((Pattern) field.get(null), searches(source)));
            }
        }
    }

    private static boolean isEngine(String file) {
        return file.contains("canary/engine/") || file.contains("canary/standalone/");
    }

    private static boolean searches(String source) {
        return source.contains(".find()") || source.contains(".replaceAll(r ->") || source.contains(".split(text");
    }

    private static Set<String> texts(Pattern pattern) {
        Set<String> words = new LinkedHashSet<>();
        Set<Character> letters = new LinkedHashSet<>();
        Set<String> texts = new LinkedHashSet<>();
        String plain = pattern.pattern().replaceAll("\\\\[QE]|\\(\\?<?[a-zA-Z!=]*[>:)]?", " ");
        for (String word : plain.split("[\\\\()\\[\\]{}|*+?^$.]+")) {
            if (!word.isBlank() && word.length() < 20) {
                words.add(word);
                texts.add(word.repeat(LENGTH / word.length()));
                texts.add((word + "a").repeat(LENGTH / (word.length() + 1)));
            }
        }
        words.addAll(BEGINNINGS);
        for (char c : (USUAL + plain).toCharArray()) {
            letters.add(c);
        }
        for (char one : letters) {
            String many = String.valueOf(one).repeat(LENGTH);
            texts.add(many);
            words.forEach(word -> texts.add(word + many));
            for (char other : SECOND.toCharArray()) {
                texts.add(("" + one + other).repeat(LENGTH / 2));
            }
        }
        return texts;
    }

    private static long looks(Use use, String text) {
        long[] looks = {0};
        Counted counted = new Counted(text, looks);
        try {
            use.pattern.matcher(counted).matches();
            Matcher m = use.pattern.matcher(counted);
            while (use.searches && m.find()) {
                // Each find goes on behind the one before.
            }
        } catch (TooMany e) {
            return Long.MAX_VALUE;
        }
        return looks[0];
    }

    private static Optional<String> deep(Pattern pattern, String text) {
        try {
            pattern.matcher(text.repeat(DEEP / text.length())).lookingAt();
            return Optional.empty();
        } catch (StackOverflowError e) {
            return Optional.of(text.substring(0, 20) + " overflows the stack");
        }
    }

    @Test
    void everyPatternIsLinear() throws Exception {
        Map<String, String> slow = new LinkedHashMap<>();
        Map<String, Use> all = all();
        assertTrue(all.size() > 60, "only " + all.keySet());
        all.forEach((where, use) -> {
            for (String text : texts(use.pattern)) {
                if (looks(use, text) > MOST_LOOKS || looks(use, text + "\u0001") > MOST_LOOKS) {
                    slow.putIfAbsent(where, text);
                }
                if (use.pattern.pattern().contains(")") && looks(use, text) > LENGTH) {
                    deep(use.pattern, text).ifPresent(how -> slow.put(where, how));
                }
            }
        });
        assertEquals(Map.of(), slow);
    }

    @Test
    void aSlowPatternIsFound() {
        for (String slow : List.of(
                "(?is)<title[^>]*>(.{0,200}?)</title>",
                "/+$",
                "\\s*\\n\\s*",
                "(\\d+\\.?\\d*)x",
                "(.*a){20}z",
                "\\{\\{\\s*(\\w*)\\s*}}")) {
            Pattern pattern = Pattern.compile(slow);
            assertTrue(
                    texts(pattern).stream()
                            .anyMatch(text -> looks(new Use(pattern, true), text + "\u0001") > MOST_LOOKS),
                    slow);
        }
    }
}
