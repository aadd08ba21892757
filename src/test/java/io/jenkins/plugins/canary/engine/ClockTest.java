package io.jenkins.plugins.canary.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import java.util.Calendar;
import java.util.Date;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Time is handed in: one class of ours asks the machine what time it is. How long a call took is another question. */
class ClockTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.jenkins.plugins.canary");

    private static boolean asksTheMachine(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        boolean noParameters = access.getTarget().getFullName().endsWith("()");
        if (owner.getPackageName().equals("java.time")) {
            boolean injected = access.getTarget().getFullName().contains("(java.time.Clock)");
            return name.equals("now") && !injected || name.startsWith("system") && !name.equals("systemDefault");
        }
        return owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis")
                || owner.isEquivalentTo(Date.class) && name.equals("<init>") && noParameters
                || owner.isEquivalentTo(Calendar.class) && name.equals("getInstance");
    }

    private static Set<String> asking(JavaClasses classes) {
        Set<String> asking = new TreeSet<>();
        for (JavaClass type : classes) {
            if (type.getAccessesFromSelf().stream().anyMatch(ClockTest::asksTheMachine)) {
                asking.add(type.getName());
            }
        }
        return asking;
    }

    /** Beside the one that hands time out, only who signs requests, which servers hold against the world's clock. */
    @Test
    void oneClassAsksTheMachineForTheTime() {
        assertEquals(Set.of(LiveRuntimeServices.class.getName(), Credentials.class.getName()), asking(OURS));
    }

    @Test
    void engineIsHandedItsTime() {
        noClasses()
                .that()
                .resideInAPackage("io.jenkins.plugins.canary.engine..")
                .and()
                .doNotBelongToAnyOf(LiveRuntimeServices.class)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(LiveRuntimeServices.class)
                .check(OURS);
    }

    /** Each way to ask, so that the rule is known to see it. */
    @Test
    void ruleSeesEveryWay() {
        JavaClasses ways = new ClassFileImporter()
                .importClasses(
                        ByCall.class, ByReference.class, BySource.class, ByDate.class, ByCalendar.class, ByZone.class);
        assertEquals(6, asking(ways).size(), () -> asking(ways).toString());
        assertTrue(asking(new ClassFileImporter().importClasses(ByHand.class)).isEmpty());
    }

    private static final class ByCall {
        long now() {
            return System.currentTimeMillis();
        }
    }

    private static final class ByReference {
        java.util.function.LongSupplier now() {
            return System::currentTimeMillis;
        }
    }

    private static final class BySource {
        Object now() {
            return java.time.InstantSource.system();
        }
    }

    private static final class ByDate {
        Object now() {
            return new Date();
        }
    }

    private static final class ByCalendar {
        Object now() {
            return Calendar.getInstance();
        }
    }

    private static final class ByZone {
        Object now() {
            return java.time.LocalDate.now(java.time.ZoneOffset.UTC);
        }
    }

    private static final class ByHand {
        Object then(java.time.Clock clock) {
            return java.time.LocalDate.now(clock).atStartOfDay().plusNanos(System.nanoTime());
        }
    }
}
