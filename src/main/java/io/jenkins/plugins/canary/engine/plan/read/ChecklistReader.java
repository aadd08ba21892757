package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Checklist.Item;
import io.jenkins.plugins.canary.engine.plan.Checklist.When;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code checklists:}, the things that people or criteria confirm, by the checklist's name. */
final class ChecklistReader {

    private static final int LONGEST_ITEM = 500;

    private final CriterionReader criteria;

    ChecklistReader(CriterionReader criteria) {
        this.criteria = criteria;
    }

    Map<String, Checklist> read(YamlNode node) {
        YamlObject o = node.object();
        Map<String, Checklist> checklists = new LinkedHashMap<>();
        for (String name : o.keys()) {
            if (name.contains("/")) {
                // It stands between a list's name and an item's text wherever ticks are kept.
                o.key(name).error("a checklist's name has no '/'", "write for example redis-ready");
            }
            checklists.put(name, checklist(o.get(name).orElseThrow()));
        }
        return checklists;
    }

    /** A list of items, or such a list with the time when it has to be complete. */
    private Checklist checklist(YamlNode node) {
        if (!node.isObject()) {
            return new Checklist(When.NAMED, items(node));
        }
        YamlObject o = Section.CHECKLIST.at(node);
        List<Item> items = o.need("items", this::items, "[ \"On-call notified\" ]");
        return new Checklist(o.get("when", ChecklistReader::when, When.NAMED), items == null ? List.of() : items);
    }

    private static When when(YamlNode node) {
        return switch (String.valueOf(node.text())) {
            case "before" -> When.BEFORE;
            case "during" -> When.DURING;
            case "post" -> When.POST;
            default -> {
                node.error(
                        YamlNode.shown(String.valueOf(node.text())) + " is not one of the choices",
                        "write before | during | post, or leave it out for a list that a cap names");
                yield When.NAMED;
            }
        };
    }

    private List<Item> items(YamlNode node) {
        List<Item> items = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (YamlNode at : node.list()) {
            Item item = item(at);
            if (item != null && !seen.add(item.text())) {
                node.error("an item is in the checklist twice", "keep one of them");
            } else if (item != null) {
                items.add(item);
            }
        }
        if (node.isList() && node.list().isEmpty()) {
            node.error("a checklist without items would be complete at once", "write at least one item");
        }
        return items;
    }

    private Item item(YamlNode node) {
        if (!node.isObject()) {
            String text = node.shortText(LONGEST_ITEM);
            return text == null ? null : new Item(text, null);
        }
        YamlObject o = Section.ITEM.at(node);
        String text = o.need("item", n -> n.shortText(LONGEST_ITEM), "\"Redis answers within 10 ms\"");
        Criterion proof = criteria.read(o);
        if (proof != null && proof.gathers()) {
            o.key(proof.compares() ? "versusStable" : "trend")
                    .error(
                            "what is judged over a phase cannot prove an item: a checklist has no phase",
                            "prove the item by min or max");
            return null;
        }
        return text == null || proof == null ? null : new Item(text, proof);
    }
}
