package io.jenkins.plugins.canary.engine.rollout;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last lines that the journal had lately, by their hash: what pages may have shown while people are asked. Of a rollout
 * that waits for nobody none are kept. Guarded by the run.
 */
final class RecentHeads {

    /** What a page shows of more ticks ago is nothing to decide on. */
    private static final int KEPT = 100;

    private final Map<String, Long> at = new LinkedHashMap<>();

    /** @param hash null where there is none */
    void add(boolean asking, String hash, long now) {
        if (!asking) {
            at.clear();
        } else if (hash != null) {
            at.put(hash, now);
            if (at.size() > KEPT) {
                at.remove(at.keySet().iterator().next());
            }
        }
    }

    /** When a line was the last one, milliseconds since the epoch; null when it is not among those that are kept. */
    Long at(String hash) {
        return at.get(hash);
    }
}
