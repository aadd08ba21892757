package io.jenkins.plugins.canary.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The package map at the head of docs/architecture.md. */
class PackageMapTest {

    private static final String ROOT = "io.jenkins.plugins.canary.";
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.jenkins.plugins.canary");

    /** Each room, and the rooms that it may use beside {@code engine} itself. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("engine", List.of()),
            Map.entry("http", List.of("yaml")),
            Map.entry("yaml", List.of()),
            Map.entry("judge", List.of()),
            Map.entry("metric", List.of("http")),
            Map.entry("traffic", List.of("http", "yaml")),
            Map.entry("gate", List.of("judge", "metric", "traffic")),
            Map.entry("probe", List.of("http", "metric", "traffic", "gate")),
            Map.entry("plan", List.of("http", "yaml", "judge", "metric", "traffic", "gate", "probe")),
            Map.entry("rollout", List.of("http", "judge", "metric", "traffic", "gate", "probe", "plan")),
            Map.entry("view", List.of("judge", "metric", "traffic", "gate", "probe", "plan", "rollout")),
            Map.entry("notify", List.of("http", "plan", "rollout", "view")),
            Map.entry("report", List.of("judge", "metric", "gate", "probe", "plan", "rollout", "view")));

    /** {@code plan} for whatever is in or below {@code engine.plan}; null outside of the engine. */
    private static String room(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(ROOT + "engine")) {
            return null;
        }
        String[] parts = name.substring(ROOT.length()).split("\\.");
        return parts.length == 1 ? "engine" : parts[1];
    }

    @Test
    void arrowsAreThoseOfTheMap() {
        Set<String> wrong = new TreeSet<>();
        Set<String> rooms = new TreeSet<>();
        for (JavaClass type : OURS) {
            String from = room(type);
            if (from == null) {
                continue;
            }
            rooms.add(from);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                String to = room(target);
                boolean ours = target.getPackageName().startsWith(ROOT);
                if (ours
                        && (to == null
                                || !to.equals(from)
                                        && !to.equals("engine")
                                        && !ARROWS.get(from).contains(to))) {
                    wrong.add(type.getName() + " uses " + target.getName());
                }
            }
        }
        assertEquals(Set.of(), wrong);
        assertEquals(new TreeSet<>(ARROWS.keySet()), rooms);
    }

    private static List<MatchResult> found(String pattern, String page) throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path root = here.endsWith("standalone") ? here.getParent() : here;
        return Pattern.compile(pattern)
                .matcher(Files.readString(root.resolve(page)))
                .results()
                .toList();
    }

    @Test
    void thePageHasTheSameArrows() throws Exception {
        Map<String, List<String>> page = new TreeMap<>();
        for (MatchResult row : found("(?m)^\\| `(\\w+)` \\|[^|]*\\| ?([a-z, ]*)\\|$", "docs/architecture.md")) {
            page.put(
                    row.group(1),
                    Stream.of(row.group(2).split(","))
                            .map(String::strip)
                            .filter(s -> !s.isEmpty())
                            .toList());
        }
        assertEquals(new TreeMap<>(ARROWS), page);
    }

    /** {@code rollout/PhasePolicy} on a page is a type, and in that room. */
    @Test
    void typesNamedOnPagesExist() throws Exception {
        Set<String> types = new TreeSet<>();
        Set<String> rooms = new TreeSet<>();
        for (JavaClass type : OURS) {
            String[] parts = type.getPackageName().substring(ROOT.length()).split("\\.");
            String room = room(type) == null ? parts[0] : room(type);
            rooms.add(room);
            types.add(room + "/" + type.getSimpleName());
        }
        Set<String> unknown = new TreeSet<>();
        for (String page : List.of("docs/architecture.md", "CONTRIBUTING.md")) {
            for (MatchResult name : found("`(\\w+)/([A-Z]\\w*)`", page)) {
                // Only the Jenkins build has the rooms outside of the engine.
                if (rooms.contains(name.group(1)) && !types.contains(name.group(1) + "/" + name.group(2))) {
                    unknown.add(page + ": " + name.group());
                }
            }
        }
        assertEquals(Set.of(), unknown);
    }

    @Test
    void noPackagesDependOnEachOther() {
        slices().matching("io.jenkins.plugins.canary.(**)")
                .should()
                .beFreeOfCycles()
                .check(OURS);
    }

    @Test
    void engineIsWithoutJenkins() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("hudson..", "jenkins..", "org.kohsuke..", "org.jenkinsci..")
                .check(OURS);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        Set<String> silent = new TreeSet<>();
        for (JavaClass type : OURS) {
            if (!type.getPackage().tryGetPackageInfo().isPresent()
                    && !type.getPackageName().endsWith(".canary")) {
                silent.add(type.getPackageName());
            }
        }
        assertEquals(Set.of(), silent);
    }
}
