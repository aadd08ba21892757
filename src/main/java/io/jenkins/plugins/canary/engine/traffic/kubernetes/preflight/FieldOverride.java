package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import java.util.Objects;

/**
 * Fields of an object that a rollout changed for its time. Kept in an annotation that is written in the same update, so
 * that whoever finds it after a crash can put back what was there.
 *
 * @param at JSON pointer of the object that holds the fields
 * @param before as they were; null for one that was not there
 * @param set as they are meant to be meanwhile
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record FieldOverride(String rollout, String owner, String at, ObjectNode before, ObjectNode set) {

    static final String ANNOTATION = "canary-release.jenkins.io/before";

    FieldOverride {
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(set, "set");
    }

    /** Null when nobody has changed anything, or what is there cannot be read. */
    static FieldOverride of(KubeObject object) {
        return object.annotation(ANNOTATION, FieldOverride.class);
    }

    /** Tells what another rollout changed and never put back. */
    static void left(ClusterContext context, KubeObject object, Findings found) {
        FieldOverride fix = of(object);
        if (fix != null && !fix.rollout.equals(context.rollout())) {
            found.warning(
                    object.ref(),
                    "is still as the rollout " + fix.rollout + " of " + fix.owner + " set it for its time: " + fix.set
                            + " instead of " + fix.before,
                    "it stays so until somebody puts it back",
                    "canary traffic PLAN rollback  # puts it back; so does the next rollout with preflight: { fix: true }");
        }
    }

    /** Sets fields; what an earlier rollout found is what counts as before, when it never put it back. */
    static void apply(ClusterContext context, ObjectRef ref, String at, ObjectNode set) throws RouterException {
        context.cluster().edit(ref, seen -> {
            FieldOverride earlier = of(seen);
            ObjectNode holder = seen.tree().withObject(at);
            ObjectNode before = Cluster.JSON.createObjectNode();
            set.fieldNames()
                    .forEachRemaining(field -> before.set(
                            field,
                            earlier != null && earlier.before.has(field)
                                    ? earlier.before.get(field)
                                    : holder.get(field)));
            holder.setAll(set);
            seen.annotate(ANNOTATION, new FieldOverride(context.rollout(), context.owner(), at, before, set));
            return true;
        });
    }

    /** Puts fields back that nobody else has changed since; nothing when it was another rollout. */
    static void restore(ClusterContext context, ObjectRef ref) throws RouterException {
        context.cluster().edit(ref, seen -> {
            FieldOverride fix = of(seen);
            if (fix == null || !fix.rollout.equals(context.rollout())) {
                return false;
            }
            ObjectNode holder = seen.tree().withObject(fix.at);
            fix.set.fieldNames().forEachRemaining(field -> {
                JsonNode before = fix.before.path(field);
                boolean ours = holds(holder.path(field), fix.set.get(field));
                if (ours && (before.isNull() || before.isMissingNode())) {
                    holder.remove(field);
                } else if (ours) {
                    holder.set(field, before);
                }
            });
            seen.annotate(ANNOTATION, null);
            return true;
        });
    }

    /** Whether a field is as it was set; the server completes objects with its defaults. */
    private static boolean holds(JsonNode now, JsonNode set) {
        if (!set.isObject()) {
            return now.equals(set);
        }
        return set.properties().stream().allMatch(one -> holds(now.path(one.getKey()), one.getValue()));
    }
}
