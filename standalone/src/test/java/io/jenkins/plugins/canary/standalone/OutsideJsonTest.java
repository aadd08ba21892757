package io.jenkins.plugins.canary.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.ObjectCodec;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** JSON from outside is read within the bounds of {@link BoundedJson}. */
class OutsideJsonTest {

    /** Read only what this program wrote into files of its own. */
    private static final Set<String> OWN = Set.of("JournalCodec", "ViewStore");

    private static boolean reads(JavaClass type) {
        return type.getMethodCallsFromSelf().stream()
                .anyMatch(call -> call.getTargetOwner().isAssignableTo(ObjectCodec.class)
                        && Set.of("readTree", "readValue").contains(call.getName()));
    }

    private static boolean bounded(JavaClass type) {
        return type.getAccessesFromSelf().stream()
                .anyMatch(access -> access.getTargetOwner().isEquivalentTo(BoundedJson.class)
                        || access.getTargetOwner().isEquivalentTo(Cluster.class)
                                && access.getName().equals("JSON"));
    }

    @Test
    void onlyFilesOfOurOwnAreReadWithoutBounds() {
        Set<String> others = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.jenkins.plugins.canary")
                        .stream()
                        .filter(type -> reads(type) && !bounded(type))
                        .map(JavaClass::getSimpleName)
                        .filter(name -> !OWN.contains(name))
                        .collect(Collectors.toSet());
        assertEquals(Set.of(), others);
    }
}
