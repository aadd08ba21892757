package io.jenkins.plugins.canary.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
            Map.entry("http", List.of()),
            Map.entry("yaml", List.of()),
            Map.entry("judge", List.of()),
            Map.entry("metric", List.of("http")),
            Map.entry("traffic", List.of("http", "yaml")),
            Map.entry("gate", List.of("judge", "metric", "traffic")),
            Map.entry("probe", List.of("http", "metric", "traffic", "gate")),
            Map.entry("plan", List.of("yaml", "judge", "metric", "traffic", "gate", "probe")),
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
