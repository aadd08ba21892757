package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.gate.CriterionInfo;
import io.jenkins.plugins.canary.engine.plan.PlanInfo;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what a plan says for people, about itself and about its criteria. */
final class InfoReader {

    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_TEXT = 500;
    private static final int LONGEST_LINK = 500;
    private static final int MOST_LINKS = 10;

    private static final Map<String, Object> LINK =
            Map.of("type", "string", "pattern", "^https?://(?!.*\\{\\{)[^\\s@/]+(/\\S*)?$", "maxLength", LONGEST_LINK);

    /** The types of its keys. */
    static final Map<String, KeyType> TYPES = Map.of(
            "short text", KeyType.text("text, at most 60 characters", LONGEST_NAME, n -> n.shortText(LONGEST_NAME)),
            "sentences", KeyType.text("text, at most 500 characters", LONGEST_TEXT, n -> n.shortText(LONGEST_TEXT)),
            "link", KeyType.of("address, at most 500 characters", LINK, InfoReader::link),
            "links", KeyType.byName("at most 10 addresses by name", LINK, InfoReader::links));

    static final List<String> OF_CRITERION = List.of("name", "why", "runbook", "dashboard");

    /** The keys of a criterion. */
    static final String CRITERION = """
            name           | short text          | none             | A short name for people: shown beside the criterion on the gate page and in the report.
            why            | sentences           | none             | What its failure means, for people.
            runbook        | link                | none             | What to do about its failure: an address that the gate page and the report show.
            dashboard      | link                | none             | Where to look: an address that the gate page and the report show.
            """;

    /** The keys of a plan. */
    static final String PLAN = """
            owner            | short text        | none | The team or person who answers for the service, for people.
            description      | sentences         | none | What is released, for people.
            links            | links             | none | Addresses by what they lead to, such as `{ Runbook: https://wiki.example/basket }`; the gate page, the report and notifications show them.
            """;

    private InfoReader() {}

    static CriterionInfo criterion(YamlObject o) {
        return new CriterionInfo(o.get("name"), o.get("why"), o.get("runbook"), o.get("dashboard"));
    }

    static PlanInfo plan(YamlObject o) {
        return new PlanInfo(o.get("owner"), o.get("description"), o.getOr("links", Map.of()));
    }

    /** Null after reporting that it is no address that a page may lead to. */
    private static String link(YamlNode node) {
        return node.checked(
                node.url(),
                url -> url.length() <= LONGEST_LINK && !url.contains("{{"),
                "a link is at most 500 characters and has no placeholders",
                "write the address itself");
    }

    private static Map<String, String> links(YamlNode node) {
        YamlObject o = node.object();
        Map<String, String> links = new LinkedHashMap<>();
        for (String name : o.keys()) {
            String url = link(o.value(name));
            boolean fits = !name.isBlank()
                    && name.length() <= LONGEST_NAME
                    && name.chars().noneMatch(Character::isISOControl);
            if (!fits) {
                o.key(name).error("a link's name is 1 to 60 characters on one line", "shorten it");
            } else if (url != null) {
                links.put(name, url);
            }
        }
        if (links.size() > MOST_LINKS) {
            node.error("there are more than 10 links", "keep those that people need during a release");
        }
        return links;
    }
}
