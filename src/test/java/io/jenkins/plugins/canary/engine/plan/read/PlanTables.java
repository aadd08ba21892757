package io.jenkins.plugins.canary.engine.plan.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Makes the JSON Schema and the tables of the reference out of the sections' keys. */
final class PlanTables {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern KEYS =
            Pattern.compile("(?s)(<!-- (keys|drivers) ?(\\w*) -->\n).*?(<!-- end of (?:keys|drivers) -->)");
    private static final Pattern VALUE = Pattern.compile("(?:required,|such as) `(.*)`|`([^`]*)`");

    private final Map<String, Section> sections = new TreeMap<>();
    private final Map<String, JsonNode> definitions = new TreeMap<>();
    /** Where the table of a section stands: a page and its heading. */
    private final Map<String, String> places = new TreeMap<>();

    private final List<Section> ofPlan;

    PlanTables() {
        object(PlanReader.PLAN);
        ofPlan = new ArrayList<>(sections.values());
        ofPlan.add(PlanReader.PLAN);
        drivers().forEach(d -> define(d.keys()));
        define(PolicyKeys.POLICY);
    }

    /** Those that are no driver's alone. */
    List<Section> ofPlan() {
        return ofPlan;
    }

    /** All that a plan can hold; not those of the tests. */
    static List<RouterDriver> drivers() {
        return RouterDriver.all().stream()
                .filter(d -> !(d instanceof FakeDriver))
                .sorted(Comparator.comparing(RouterDriver::name))
                .toList();
    }

    Collection<Section> sections() {
        List<Section> all = new ArrayList<>(sections.values());
        all.add(PlanReader.PLAN);
        return all;
    }

    /** The schema, with a driver more than there are when a test brings one. */
    ObjectNode schema(String... more) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("$id", "urn:io.jenkins.plugins:canary-release:plan");
        root.put("title", "Canary release plan");
        root.setAll(object(PlanReader.PLAN));
        // What is missing may come from the plan that is extended.
        JsonNode required = root.remove("required");
        ArrayNode either = root.putArray("anyOf");
        either.addObject().putArray("required").add("extends");
        either.addObject().set("required", required);
        ObjectNode traffic = (ObjectNode) root.at("/properties/traffic");
        traffic.put("minProperties", 1).put("maxProperties", 1).put("additionalProperties", false);
        ObjectNode drivers = traffic.putObject("properties");
        drivers().forEach(d -> drivers.set(d.name(), reference(d.keys())));
        for (String name : more) {
            drivers.putObject(name).put("type", "object");
        }
        root.putObject("$defs").setAll(definitions);
        return root;
    }

    static String print(JsonNode schema) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        try {
            return MAPPER.writer(new DefaultPrettyPrinter()
                                    .withObjectIndenter(lines)
                                    .withArrayIndenter(new DefaultPrettyPrinter.FixedSpaceIndenter()))
                            .writeValueAsString(schema)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectNode reference(Section section) {
        define(section);
        return MAPPER.createObjectNode().put("$ref", "#/$defs/" + section.name());
    }

    private void define(Section section) {
        Section other = sections.put(section.name(), section);
        if (other == null) {
            definitions.put(section.name(), object(section));
        } else if (other != section) {
            throw new IllegalStateException("two sections are called " + section.name());
        }
    }

    private ObjectNode object(Section section) {
        ObjectNode object = MAPPER.createObjectNode().put("type", "object");
        object.put("description", plain(section.says()));
        object.put("additionalProperties", false);
        ArrayNode required = MAPPER.createArrayNode();
        section.keys().stream().filter(Section.Key::required).forEach(k -> required.add(k.name()));
        if (!required.isEmpty()) {
            object.set("required", required);
        }
        ObjectNode properties = object.putObject("properties");
        section.keys().forEach(k -> properties.set(k.name(), property(k)));
        if (!section.rules().isEmpty()) {
            ArrayNode rules = object.putArray("allOf");
            section.rules().forEach(r -> rules.add(json(r.replace('\'', '"'))));
        }
        return object;
    }

    private ObjectNode property(Section.Key key) {
        ObjectNode property = (ObjectNode) schema(key.type());
        boolean told =
                key.required() || key.fallback() != null || key.otherwise().equals("none");
        property.put("description", plain(key.says() + (told ? "" : " Default: " + key.otherwise() + ".")));
        Matcher value = VALUE.matcher(key.otherwise());
        if (value.find() && (value.group(1) != null || key.fallback() != null)) {
            boolean example = value.group(1) != null;
            JsonNode written = MAPPER.valueToTree(yaml(value.group(example ? 1 : 2)));
            if (example && !written.isObject()) {
                property.putArray("examples").add(written);
            } else if (!example) {
                property.set("default", written);
            }
        }
        return property;
    }

    /** What stands for a type in the schema: words are sorted, since their maps have no order. */
    private JsonNode schema(Object word) {
        if (word instanceof KeyType type) {
            return type.section() != null ? reference(type.section()) : schema(type.schema());
        } else if (word instanceof Map<?, ?> map) {
            ObjectNode object = MAPPER.createObjectNode();
            new TreeMap<>(map).forEach((k, v) -> object.set((String) k, schema(v)));
            return object;
        } else if (word instanceof List<?> list) {
            ArrayNode array = MAPPER.createArrayNode();
            list.forEach(item -> array.add(schema(item)));
            return array;
        }
        return MAPPER.valueToTree(word);
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON: " + text, e);
        }
    }

    private static Object yaml(String text) {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    }

    /** Without the links of the reference. */
    private static String plain(String says) {
        return says.replaceAll("\\[([^]`]*)]\\([^)]*\\)", "$1");
    }

    /**
     * The pages with every table between two marks made anew.
     *
     * @param pages text by path below docs/
     */
    Map<String, String> pages(Map<String, String> pages) {
        pages.forEach(this::find);
        Map<String, String> made = new LinkedHashMap<>();
        pages.forEach((page, text) -> made.put(
                page,
                KEYS.matcher(text)
                        .replaceAll(m -> Matcher.quoteReplacement(m.group(1)
                                + (m.group(2).equals("drivers") ? driverTable() : table(m.group(3), page))
                                + m.group(4)))));
        return made;
    }

    Collection<String> documented() {
        return places.keySet();
    }

    private void find(String page, String text) {
        Matcher mark = KEYS.matcher(text);
        while (mark.find()) {
            Matcher heading = HEADING.matcher(text.substring(0, mark.start()));
            String last = "";
            while (heading.find()) {
                last = heading.group(1);
            }
            String anchor = last.toLowerCase().replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
            if (mark.group(2).equals("keys")) {
                places.put(mark.group(3), page + "#" + anchor);
            }
        }
    }

    private String driverTable() {
        return "| Driver | What it moves | Keys |\n| --- | --- | --- |\n"
                + drivers().stream()
                        .map(d -> "| [`" + d.name() + "`](" + link(d.keys().name(), "plan-reference.md") + ") | "
                                + d.keys().says() + " | "
                                + d.keys().keys().stream()
                                        .map(k -> "`" + k.name() + "`")
                                        .collect(Collectors.joining(", "))
                                + " |\n")
                        .collect(Collectors.joining());
    }

    private String table(String name, String page) {
        Section section = name.equals("plan") ? PlanReader.PLAN : sections.get(name);
        if (section == null) {
            throw new IllegalStateException(page + ": there is no section " + name);
        }
        return "| Key | Type | Default | Meaning |\n| --- | --- | --- | --- |\n"
                + section.keys().stream()
                        .map(k -> "| `" + k.name() + "` | " + cell(words(k.type(), page)) + " | " + cell(k.otherwise())
                                + " | " + cell(k.says()) + " |\n")
                        .collect(Collectors.joining());
    }

    private static String cell(String text) {
        return text.replaceAll("(?<!\\\\)\\|", "\\\\|");
    }

    /** What a type is called, with a link to the keys of each section in it. */
    private String words(KeyType type, String page) {
        List<String> names = named(type, new ArrayList<>());
        return names.isEmpty()
                ? type.word()
                : Pattern.compile("\\b(" + String.join("|", names) + ")s?\\b")
                        .matcher(type.word())
                        .replaceAll(m -> Matcher.quoteReplacement("["
                                + m.group(1).replaceAll("([A-Z])", " $1").toLowerCase() + "](" + link(m.group(1), page)
                                + ")"));
    }

    private static List<String> named(Object word, List<String> into) {
        if (word instanceof KeyType type && type.section() != null) {
            into.add(type.section().name());
        } else if (word instanceof KeyType type) {
            named(type.schema(), into);
        } else if (word instanceof Map<?, ?> map) {
            map.values().forEach(v -> named(v, into));
        } else if (word instanceof List<?> list) {
            list.forEach(v -> named(v, into));
        }
        return into;
    }

    private String link(String section, String from) {
        String place = places.getOrDefault(section, "");
        if (place.startsWith(from + "#")) {
            return place.substring(from.length());
        }
        return (from.startsWith("drivers/") ? "../" + place : place).replace("../drivers/", "");
    }
}
