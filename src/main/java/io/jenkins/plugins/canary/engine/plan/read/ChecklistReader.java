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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code checklists:}, the things that people or criteria confirm, by the checklist's name, and {@code cap:}, the
 * most that the canary may get until a checklist is complete.
 */
record ChecklistReader(CriterionReader criteria) {

    private static final int LONGEST_ITEM = 500;

    private static final KeyType TEXT = KeyType.text("text", LONGEST_ITEM, node -> node.shortText(LONGEST_ITEM));

    private static final Map<String, When> TIMES =
            Map.of("before", When.BEFORE, "during", When.DURING, "post", When.POST);

    private static final Section ITEM = CriterionReader.rules(Section.of(
            "item",
            "An item that is ticked while a criterion passes, and withdrawn when it fails. Everything of a criterion may stand"
                    + " beside it, except what is judged over a phase: `trend`, and `versusStable` with a test.",
            KeyType.with(CriterionReader.TYPES, "item", TEXT),
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

    private static final Section CHECKLIST = Section.of(
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

    Map<String, Checklist> read(YamlNode node) {
        YamlObject o = node.object();
        return o.map(name -> {
            if (name.contains("/")) {
                // It stands between a list's name and an item's text wherever ticks are kept.
                o.key(name).error("a checklist's name has no '/'", "write for example redis-ready");
            }
            return checklist(o.value(name));
        });
    }

    static CanaryPlan.Cap cap(YamlNode node, Map<String, Checklist> checklists) {
        YamlObject o = CAP.at(node);
        Weight weight = o.get("weight");
        String until = o.get("until");
        if (until != null && !checklists.containsKey(until)) {
            String remedy = checklists.isEmpty()
                    ? "add checklists: { " + (until.length() > 40 ? "name" : until) + ": [ \"...\" ] }"
                    : "the plan has: " + String.join(", ", checklists.keySet());
            o.value("until").error("there is no checklist " + YamlNode.shown(until), remedy);
        }
        return weight == null ? null : new CanaryPlan.Cap(weight, until);
    }

    /** Without a checklist that lifts it, a cap is permanent, and a phase above it can never be reached. */
    static void phasesBelow(CanaryPlan.Cap cap, List<Phase> phases, YamlNode root) {
        if (cap == null || cap.until() != null) {
            return;
        }
        for (int i = 0; i < phases.size(); i++) {
            Weight weight = phases.get(i).weight();
            if (weight != null && weight.compareTo(cap.weight()) > 0) {
                String above = weight + " is above the cap of " + cap.weight();
                root.at("phases", i, "weight")
                        .error(
                                above + ", which nothing lifts, so the phase never comes",
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
        return node.choice(TIMES, "write before | during | post, or leave it out for a list that a cap names");
    }

    private List<Item> items(YamlNode node) {
        Set<String> seen = new HashSet<>();
        List<Item> items = node.list(this::item);
        if (!items.stream().allMatch(item -> seen.add(item.text()))) {
            node.error("an item is in the checklist twice", "keep one of them");
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
        Criterion proof = criteria.unscored().read(o);
        if (proof != null && proof.dryRun()) {
            o.key("dryRun").error("a criterion that decides nothing proves nothing", "remove dryRun");
            return null;
        }
        if (proof != null && (proof.gathers() || !proof.after().isZero())) {
            o.key(proof.compares() ? "versusStable" : proof.gathers() ? "trend" : "after")
                    .error(
                            "what is judged over a phase cannot prove an item: a checklist has no phase",
                            "prove the item by min or max");
            return null;
        }
        return text == null || proof == null ? null : new Item(text, proof);
    }
}
