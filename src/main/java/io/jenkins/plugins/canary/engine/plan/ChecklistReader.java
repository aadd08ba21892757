package io.jenkins.plugins.canary.engine.plan;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code checklists:}, the things that people confirm, by the checklist's name. */
final class ChecklistReader {

    private ChecklistReader() {}

    static Map<String, List<String>> read(PlanNode node) {
        PlanObject o = node.object();
        Map<String, List<String>> checklists = new LinkedHashMap<>();
        for (String name : o.keys()) {
            PlanNode list = o.get(name).orElseThrow();
            List<String> items = list.texts();
            if (list.isList() && list.list().isEmpty()) {
                list.error("a checklist without items would be complete at once", "write at least one item");
            }
            Set<String> seen = new HashSet<>();
            if (!items.stream().allMatch(seen::add)) {
                list.error("an item is in the checklist twice", "keep one of them");
            }
            checklists.put(name, items);
        }
        return checklists;
    }
}
