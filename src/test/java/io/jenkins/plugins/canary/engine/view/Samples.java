package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.Snapshot;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An event of any kind, with every field filled in by its type. */
final class Samples {

    private Samples() {}

    static RolloutEvent of(Class<?> kind) {
        return (RolloutEvent) record(kind);
    }

    private static Object record(Class<?> kind) {
        RecordComponent[] fields = kind.getRecordComponents();
        try {
            return kind.getDeclaredConstructor(
                            Arrays.stream(fields).map(RecordComponent::getType).toArray(Class<?>[]::new))
                    .newInstance(
                            Arrays.stream(fields).map(f -> value(f.getType())).toArray());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("no sample of " + kind, e);
        }
    }

    private static Object value(Class<?> type) {
        return type == long.class
                ? (Object) 1L
                : type == int.class
                        ? (Object) 1
                        : type == boolean.class
                                ? (Object) true
                                : type == String.class
                                        ? "text"
                                        : type == Weight.class
                                                ? Weight.ofPercent(5)
                                                : type.isEnum()
                                                        ? type.getEnumConstants()[0]
                                                        : type == List.class
                                                                ? List.of()
                                                                : type == Map.class
                                                                        ? Map.of()
                                                                        : type.getPackage()
                                                                                        == ProbeResult.class
                                                                                                .getPackage()
                                                                                ? record(type)
                                                                                : type == Snapshot.class
                                                                                        ? new Snapshot(
                                                                                                "text", List.of(),
                                                                                                List.of())
                                                                                        : null;
    }
}
