package io.jenkins.plugins.canary.engine.metric.log;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The templates of errors that stable has logged, and those that only the canary has. Both are bounded: the ones that were
 * not seen for longest are forgotten. Not for use by several threads.
 */
final class KnownErrors {

    private static final int MOST_KNOWN = 20_000;
    private static final int MOST_NEW = 200;
    private static final int MOST_SHOWN = 3;
    private static final int LONGEST_SHOWN = 120;

    private final Map<String, Boolean> ofStable = bounded(MOST_KNOWN);
    private final Map<String, Long> ofCanary = bounded(MOST_NEW);

    private static <V> Map<String, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > most;
            }
        };
    }

    /** Whether stable has not logged it. */
    boolean isNew(String template) {
        return !ofStable.containsKey(template);
    }

    /** Stable has logged these: from now on they are nothing new. */
    void learn(Collection<String> templates) {
        templates.forEach(template -> {
            ofStable.put(template, true);
            ofCanary.remove(template);
        });
    }

    /** The canary has logged this, which is new. */
    void note(String template) {
        ofCanary.merge(template, 1L, Long::sum);
    }

    /** The most frequent of what only the canary logs: {@code 'no route to *' 40 times}; "" for nothing. */
    String examples() {
        // A snapshot: looking something up moves it within the map.
        Map<String, Long> all = new TreeMap<>(ofCanary);
        String most = all.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(MOST_SHOWN)
                .map(e -> "'" + shown(e.getKey()) + "' " + (e.getValue() == 1 ? "once" : e.getValue() + " times"))
                .collect(Collectors.joining(", "));
        int rest = all.size() - MOST_SHOWN;
        return most + (rest > 0 ? ", and " + rest + " more" : "");
    }

    private static String shown(String template) {
        return template.length() <= LONGEST_SHOWN ? template : template.substring(0, LONGEST_SHOWN) + "...";
    }
}
