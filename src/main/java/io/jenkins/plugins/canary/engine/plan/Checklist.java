package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.gate.Criterion;
import java.util.List;
import java.util.Optional;

/**
 * Things that must be confirmed, by people or by a criterion that proves them.
 *
 * @param when what waits for the list, beside a cap that names it
 */
public record Checklist(When when, List<Item> items) {

    /** What a list holds back while an item is open. */
    public enum When {
        /** Nothing but the cap that names it. */
        NAMED,
        /** Every rise of the weight, the first shift included. */
        BEFORE,
        /** The promotion. */
        DURING,
        /** The end of the rollout after its promotion. */
        POST
    }

    /**
     * @param proof ticks the item while it passes and withdraws the tick when it fails; null when people tick it
     */
    public record Item(String text, Criterion proof) {}

    public Checklist {
        items = List.copyOf(items);
    }

    /** A list that people tick and that only a cap waits for. */
    public static Checklist of(String... items) {
        return new Checklist(
                When.NAMED,
                java.util.Arrays.stream(items).map(text -> new Item(text, null)).toList());
    }

    public Optional<Item> item(String text) {
        return items.stream().filter(i -> i.text().equals(text)).findFirst();
    }

    public List<String> texts() {
        return items.stream().map(Item::text).toList();
    }
}
