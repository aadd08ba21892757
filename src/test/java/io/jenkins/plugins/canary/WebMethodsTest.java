package io.jenkins.plugins.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.jenkins.plugins.canary.dashboard.RolloutsDashboard;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import io.jenkins.plugins.canary.webhook.FlaggerWebhooks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.interceptor.RequirePOST;
import org.kohsuke.stapler.verb.POST;

/** What Stapler reaches by an address: what changes something or asks another server is a POST, and every one asks who is there. */
class WebMethodsTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.jenkins.plugins.canary");

    /**
     * They only read. {@link RolloutsAction#getTarget} asks who is there, and the dashboard shows to each what they may see.
     */
    private static final Set<String> READING = Set.of(
            "RolloutPage.doRollout",
            "RolloutPage.doJournal",
            "RolloutPage.doReport",
            "RolloutPage.doReportJson",
            "RolloutPage.doReportXml",
            "RolloutPage.doPlan",
            "RolloutsDashboard.doMetrics");

    /** Known by the token in the body, and looks at the method itself. */
    private static final String FLAGGER = FlaggerWebhooks.class.getSimpleName() + ".doDynamic";

    private static List<JavaMethod> webMethods() {
        return OURS.stream()
                .filter(c -> !c.getPackageName().contains(".engine")
                        && !c.getPackageName().contains(".standalone"))
                .flatMap(c -> c.getMethods().stream())
                .filter(m -> m.getName().matches("do[A-Z].*")
                        && m.getModifiers().contains(JavaModifier.PUBLIC)
                        && !m.getModifiers().contains(JavaModifier.SYNTHETIC)
                        && !m.getModifiers().contains(JavaModifier.BRIDGE))
                .toList();
    }

    private static String name(JavaMethod m) {
        return m.getOwner().getSimpleName() + "." + m.getName();
    }

    @Test
    void whateverDoesMoreThanReadIsAPost() {
        Set<String> others = new TreeSet<>();
        for (JavaMethod m : webMethods()) {
            if (!m.isAnnotatedWith(RequirePOST.class) && !m.isAnnotatedWith(POST.class)) {
                others.add(name(m));
            }
        }
        Set<String> known = new TreeSet<>(READING);
        known.add(FLAGGER);
        assertEquals(known, others);
    }

    @Test
    void everyoneAsksWhoIsThere() {
        Set<String> careless = new TreeSet<>();
        for (JavaMethod m : webMethods()) {
            if (!READING.contains(name(m)) && !asks(m)) {
                careless.add(name(m));
            }
        }
        assertEquals(Set.of(FLAGGER), careless);
    }

    @Test
    void whatOnlyReadsIsBehindAPermission() {
        for (Class<?> guarded : List.of(RolloutsAction.class, io.jenkins.plugins.canary.rollouts.JobRollouts.class)) {
            assertTrue(asks(OURS.get(guarded).getMethod("getTarget")), guarded.getSimpleName());
        }
        assertTrue(
                asks(OURS.get(RolloutsDashboard.class)
                        .getMethod("doMetrics", StaplerRequest2.class, StaplerResponse2.class)),
                "the metrics of the whole controller");
    }

    /** Whether a method, or one of ours that it calls, looks at a permission. */
    private static boolean asks(JavaCodeUnit from) {
        Deque<JavaCodeUnit> toSee = new ArrayDeque<>(List.of(from));
        Set<JavaCodeUnit> seen = new HashSet<>();
        while (!toSee.isEmpty()) {
            JavaCodeUnit unit = toSee.pop();
            if (!seen.add(unit)) {
                continue;
            }
            for (JavaAccess<?> call : unit.getAccessesFromSelf()) {
                if (Set.of("checkPermission", "hasPermission", "checkAnyPermission")
                        .contains(call.getTarget().getName())) {
                    return true;
                }
                call.getTarget()
                        .resolveMember()
                        .filter(JavaCodeUnit.class::isInstance)
                        .map(JavaCodeUnit.class::cast)
                        .filter(u -> u.getOwner().getPackageName().startsWith("io.jenkins.plugins.canary"))
                        .ifPresent(toSee::push);
            }
        }
        return false;
    }
}
