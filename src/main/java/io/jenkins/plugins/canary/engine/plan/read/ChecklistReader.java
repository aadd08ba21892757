package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Checklist.Item;
import io.jenkins.plugins.canary.engine.plan.Checklist.When;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code checklists:}, the things that people or criteria confirm, by the checklist's name, and {@code cap:}, the
 * most that the canary may get until a checklist is complete.
 */
final class ChecklistReader {

    private static final int LONGEST_ITEM = 500;

    private static final KeyType TEXT = KeyType.of(
            "text",
            Map.of("type", "string", "pattern", "\\S", "maxLength", LONGEST_ITEM),
            node -> node.shortText(LONGEST_ITEM));

    static final Section ITEM = CriterionReader.rules(Section.of(
            "item",
            "An item that is ticked while a criterion passes, and withdrawn when it fails. Everything of a criterion may stand"
                    + " beside it, except what is judged over a phase: `trend`, and `versusStable` with a test.",
            CriterionReader.with("item", TEXT),
            """
            item | item | required, `"Redis answers within 10 ms"` | The thing that the criterion proves.
            """,
            CriterionReader.ROWS));

    private static final KeyType ITEMS = KeyType.of(
            "list of texts or of items",
            Map.of(
                    "type",
                    "array",
                    "minItems",
                    1,
                    "uniqueItems",
                    true,
                    "items",
                    Map.of("anyOf", List.of(TEXT, ITEM.type()))),
            null);

    static final Section CHECKLIST = Section.of(
            "checklist",
            "A checklist that has to be complete at a point of the rollout.",
            Map.of("items", ITEMS, "when", KeyType.oneOf(List.of("before", "during", "post"), ChecklistReader::when)),
            """
            when  | when  | nothing but a cap that names it waits | `before`: no shift upwards, the first included. `during`: no promotion. `post`: the rollout stays open after its promotion, for seven days at most.
            items | items | required, `[ "On-call notified" ]`    | What has to be confirmed.
            """);

    static final KeyType CHECKLISTS =
            KeyType.either(null, ITEMS, CHECKLIST.type()).byName("^[^/]*$");

    static final Section CAP = Section.of("cap", "The most the canary may get.", Map.of(), """
            weight | weight | required, `50`                       | The most the canary may get.
            until  | text   | nothing, which makes the cap permanent | The checklist that lifts the cap once complete. A phase above a permanent cap is an error.
            """);

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
            checklists.put(name, checklist(o.value(name)));
        }
        return checklists;
    }

    static CanaryPlan.Cap cap(YamlNode node, Map<String, Checklist> checklists) {
        YamlObject o = CAP.at(node);
        Weight weight = o.get("weight");
        String until = o.get("until");
        if (until != null && !checklists.containsKey(until)) {
            o.value("until")
                    .error(
                            "there is no checklist " + YamlNode.shown(until),
                            checklists.isEmpty()
                                    ? "add checklists: { " + (until.length() > 40 ? "name" : until) + ": [ \"...\" ] }"
                                    : "the plan has: " + String.join(", ", checklists.keySet()));
        }
        return weight == null ? null : new CanaryPlan.Cap(weight, until);
    }

    /** Without a checklist that lifts it, a cap is permanent, and a phase above it can never be reached. */
    static void phasesBelow(CanaryPlan.Cap cap, List<Phase> phases, YamlPlaces places) {
        if (cap == null || cap.until() != null) {
            return;
        }
        for (int i = 0; i < phases.size(); i++) {
            Weight weight = phases.get(i).weight();
            if (weight != null && weight.compareTo(cap.weight()) > 0) {
                places.at("phases", i, "weight")
                        .error(
                                weight + " is above the cap of " + cap.weight()
                                        + ", which nothing lifts, so the phase never comes",
                                "add cap.until with the name of a checklist, or stay at or below the cap");
            }
        }
    }

    /** A list of items, or such a list with the time when it has to be complete. */
    private Checklist checklist(YamlNode node) {
        if (!node.isObject()) {
            return new Checklist(When.NAMED, items(node));
        }
        YamlObject o = CHECKLIST.at(node);
        List<Item> items = o.get("items", this::items);
        return new Checklist(o.getOr("when", When.NAMED), items == null ? List.of() : items);
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
        YamlObject o = ITEM.at(node);
        String text = o.get("item");
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
