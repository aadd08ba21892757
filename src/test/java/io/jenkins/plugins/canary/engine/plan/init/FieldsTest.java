package io.jenkins.plugins.canary.engine.plan.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.init.FieldTable.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** No field is lost without a word: neither one that nobody knows, nor one that the table calls carried over. */
class FieldsTest {

    private static final String UNKNOWN = "zzUnknown";
    private static final Map<String, FieldTable> TABLES = PlanBuilder.TABLES;

    /** A place in a document, and what puts another value there. */
    private record Place(Map<String, Object> object, String path, Object value, Consumer<Object> put) {}

    static List<String> manifests() throws Exception {
        return Scenario.names().stream().filter(n -> n.endsWith(".yaml")).toList();
    }

    private static List<Object> documents(String text) {
        List<Object> documents = new ArrayList<>();
        new Yaml().loadAll(text).forEach(documents::add);
        return documents;
    }

    private static String text(List<Object> documents) {
        return new Yaml().dumpAll(documents.iterator());
    }

    @SuppressWarnings("unchecked")
    private static List<Place> places(List<Object> documents) {
        List<Place> places = new ArrayList<>();
        for (Object document : documents) {
            Map<String, Object> object = (Map<String, Object>) document;
            if (object.get("kind").toString().endsWith("List")) {
                places.addAll(places((List<Object>) object.get("items")));
            } else {
                below(object, "", object, v -> {}, places);
            }
        }
        return places;
    }

    @SuppressWarnings("unchecked")
    private static void below(
            Object value, String path, Map<String, Object> object, Consumer<Object> put, List<Place> places) {
        places.add(new Place(object, path, value, put));
        if (value instanceof Map<?, ?> map) {
            for (String key : List.copyOf(((Map<String, Object>) map).keySet())) {
                below(
                        map.get(key),
                        path.isEmpty() ? key : path + "." + key,
                        object,
                        v -> ((Map<String, Object>) map).put(key, v),
                        places);
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                int at = i;
                below(list.get(i), path + "[" + i + "]", object, v -> ((List<Object>) list).set(at, v), places);
            }
        }
    }

    /** The table of an object that the plan is made of; null for any other. */
    private static FieldTable table(Place place, PlanInit.Result result) {
        Object metadata = place.object.get("metadata");
        boolean unused = result.notCarried().stream()
                .anyMatch(n -> n.reason().equals("is not needed for the plan")
                        && n.place().contains(place.object.get("kind") + " ")
                        && n.place().endsWith("" + ((Map<?, ?>) metadata).get("name")));
        return unused ? null : TABLES.get(place.object.get("kind").toString());
    }

    /** Whether all around a field is reported already: the whole above it, or the metric that it belongs to. */
    private static boolean isOut(Place place, PlanInit.Result result) {
        return result.notCarried().stream().anyMatch(n -> {
            String at = n.place().substring(n.place().lastIndexOf(' ') + 1);
            String metric = at.replaceFirst("^(spec(?:\\.analysis)?\\.metrics\\[\\d+]).*", "$1");
            boolean here = n.place().contains(" " + place.object.get("kind") + " ");
            return here && (place.path.startsWith(at) || isLeftOut(n, at) && place.path.startsWith(metric));
        });
    }

    private static boolean isLeftOut(NotCarried n, String at) {
        return n.reason().contains("left out") || n.reason().startsWith("is not a field") && at.contains(".provider.");
    }

    /** Where an argument's value comes from does not matter when the command line gives it, or nobody does. */
    private static boolean isArgument(Place place, Scenario scenario) {
        return place.path.contains(".valueFrom.")
                || place.path.contains("args[") && !scenario.options().args().isEmpty();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    @SuppressWarnings("unchecked")
    void anUnknownFieldIsReportedWhereverItStands(String name) throws Exception {
        Scenario scenario = Scenario.read(name);
        PlanInit.Result before = scenario.init();
        int tried = 0;
        TreeSet<String> silent = new TreeSet<>();
        List<Place> all = places(documents(scenario.text()));
        for (int i = 0; i < all.size(); i++) {
            List<Object> documents = documents(scenario.text());
            Place place = places(documents).get(i);
            FieldTable table = table(place, before);
            String path = (place.path.isEmpty() ? "" : place.path + ".") + UNKNOWN;
            if (!(place.value instanceof Map) || table == null || table.fate(path) != null) {
                continue;
            }
            ((Map<String, Object>) place.value).put(UNKNOWN, "x");
            tried++;
            boolean said = scenario.init(text(documents)).notCarried().stream()
                    .anyMatch(n -> n.changesVerdict() && n.place().endsWith(" " + path));
            if (!said) {
                silent.add(place.object.get("kind") + " " + path);
            }
        }
        assertEquals(new TreeSet<>(), silent);
        assertTrue(tried > 0);
    }

    /** Another value of a field that is carried over makes another plan, or is reported, or makes none. */
    @ParameterizedTest
    @MethodSource("manifests")
    void aFieldThatIsCarriedOverIsRead(String name) throws Exception {
        Scenario scenario = Scenario.read(name);
        PlanInit.Result result = scenario.init();
        String before = said(scenario, text(documents(scenario.text())));
        TreeSet<String> unread = new TreeSet<>();
        List<Place> all = places(documents(scenario.text()));
        for (int i = 0; i < all.size(); i++) {
            List<Object> documents = documents(scenario.text());
            Place place = places(documents).get(i);
            FieldTable table = table(place, result);
            boolean leaf = !(place.value instanceof Map) && !(place.value instanceof List);
            if (!leaf
                    || table == null
                    || table.fate(place.path) != Fate.PLAN
                    || isOut(place, result)
                    || isArgument(place, scenario)) {
                continue;
            }
            place.put.accept(place.value instanceof Boolean b ? !b : "other-" + place.value);
            if (said(scenario, text(documents)).equals(before)) {
                unread.add(place.object.get("kind") + " " + place.path);
            }
        }
        assertEquals(new TreeSet<>(), unread);
    }

    private static String said(Scenario scenario, String text) {
        try {
            PlanInit.Result result = scenario.init(text);
            return result.plan().replaceAll(":\\d+ ", ": ")
                    + result.notCarried().size();
        } catch (InitException none) {
            return none.getMessage();
        }
    }

    /** What stays in force and what says nothing is not reported: a report that is too long is not read. */
    @ParameterizedTest
    @MethodSource("manifests")
    void whatStaysInForceIsNotReported(String name) throws Exception {
        Scenario scenario = Scenario.read(name);
        PlanInit.Result result = scenario.init();
        for (Place place : places(documents(scenario.text()))) {
            FieldTable table = table(place, result);
            Fate fate = table == null ? null : table.fate(place.path);
            if (table != ServicePlan.KEPT && (fate == Fate.KEPT || fate == Fate.NONE)) {
                result.notCarried()
                        .forEach(n -> assertFalse(
                                n.place().contains(" " + place.object.get("kind") + " ")
                                        && n.place().endsWith(" " + place.path),
                                n.toString()));
            }
        }
    }
}
