package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;

/**
 * Changes one object: reads it, changes what is ours in the fresh copy, and writes it back under the resourceVersion
 * that was read. When somebody else was quicker, it starts over from what they wrote.
 */
public final class Edit {

    /** Controllers write a status every now and then; losing this often means that somebody fights over the object. */
    private static final int ATTEMPTS = 6;

    private Edit() {}

    /** Changes only its own fields, and says whether there was anything to change. */
    @FunctionalInterface
    public interface Change {
        boolean apply(ObjectNode fresh) throws RouterException;
    }

    /**
     * @return the object as it is after the change; as it was read when there was nothing to change
     * @throws RouterException when there is no such object, the change refuses, or every attempt met a conflict
     */
    public static KubeObject edit(Cluster cluster, ObjectRef ref, Change change) throws RouterException {
        return edit(cluster, ref, change, Cluster::replace);
    }

    /** Like {@link #edit}, for changes of the status alone. */
    public static KubeObject editStatus(Cluster cluster, ObjectRef ref, Change change) throws RouterException {
        return edit(cluster, ref, change, Cluster::replaceStatus);
    }

    private interface Write {
        KubeObject write(Cluster cluster, KubeObject changed) throws RouterException;
    }

    private static KubeObject edit(Cluster cluster, ObjectRef ref, Change change, Write write) throws RouterException {
        for (int i = 0; i < ATTEMPTS; i++) {
            KubeObject fresh = cluster.get(ref);
            if (!change.apply(fresh.tree())) {
                return fresh;
            }
            try {
                return write.write(cluster, fresh);
            } catch (ConflictException overtaken) {
                // read again: their change may well be the one we wanted
            }
        }
        throw new RouterException(ref + " was changed by somebody else each of the " + ATTEMPTS
                + " times that it was about to be written; kubectl get -o yaml --show-managed-fields names who");
    }
}
