package io.jenkins.plugins.canary.engine;

import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

/** No work of ours on threads that the whole virtual machine shares, and one way to the network. */
class ThreadsTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.jenkins.plugins.canary");

    private static final Set<String> FUTURES =
            Set.of(CompletableFuture.class.getName(), "java.util.concurrent.CompletionStage");

    /** {@code supplyAsync(work)} and the like without an executor, which means the common pool. */
    private static final DescribedPredicate<JavaMethodCall> ON_THE_COMMON_POOL = DescribedPredicate.describe(
            "an asynchronous stage without an executor",
            call -> FUTURES.contains(call.getTargetOwner().getName())
                    && call.getName().endsWith("Async")
                    && call.getTarget().getRawParameterTypes().stream()
                            .noneMatch(t -> t.isEquivalentTo(Executor.class)));

    /** A timer of the virtual machine's, on whose one thread whatever hangs on the future runs; a common pool in later Javas. */
    private static final Set<String> TIMED = Set.of("delayedExecutor", "orTimeout", "completeOnTimeout");

    @Test
    void nothingWaitsOnTheMachinesTimer() {
        noClasses()
                .should(callMethodWhere(DescribedPredicate.describe(
                        "a future's own timer",
                        call -> FUTURES.contains(call.getTargetOwner().getName()) && TIMED.contains(call.getName()))))
                .check(OURS);
    }

    @Test
    void nothingRunsOnTheCommonPool() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ForkJoinPool.class)
                .check(OURS);
        noClasses().should(callMethodWhere(ON_THE_COMMON_POOL)).check(OURS);
        noClasses()
                .should()
                .callMethod(java.util.Collection.class, "parallelStream")
                .check(OURS);
    }

    /** Its continuations run on the common pool, and it connects to whatever a name means by then. */
    @Test
    void javasOwnHttpClientIsNotUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.http.HttpClient")
                .check(OURS);
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(java.net.HttpURLConnection.class)
                .check(OURS);
        noClasses()
                .should()
                .callMethod(java.net.URL.class, "openStream")
                .orShould()
                .callMethod(java.net.URL.class, "openConnection")
                .check(OURS);
    }

    /** A stage that hangs on a client's own future runs on a thread that has connections to look after. */
    @Test
    void apachesClientIsKnownToTheHttpLayerAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.jenkins.plugins.canary.engine.http")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.hc..")
                .check(OURS);
    }
}
