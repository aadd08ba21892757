package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.Set;

/** Opens the cluster that a plan means: from kubeconfig files on the command line, from Jenkins' configuration there. */
public interface ClusterAccess {

    /**
     * May block; changes nothing. The caller closes what it gets; whether that ends connections is up to whoever
     * opened them.
     *
     * @param ref what the plan says; {@link ClusterRef#DEFAULT} when it says nothing
     * @throws RouterException when there is no such cluster, or nobody may use it from here
     */
    Cluster open(ClusterRef ref) throws RouterException;

    /**
     * Which cluster is meant, and by whose configuration: equal for references that lead to the same, whatever they are
     * called. Asks nobody; comparable with {@code equals}.
     */
    default Object identity(ClusterRef ref) {
        return ref;
    }

    /** Which life of this process claims targets. */
    default Incarnation incarnation() {
        return Incarnation.ONLY;
    }

    /**
     * The cluster as a kubeconfig, for a program that signs in by itself. Holds secrets: it must not be kept, logged or
     * shown. Asked for anew at each run, since tokens are renewed.
     *
     * @param namespace where the program will do something; null for the one that the credentials bring
     * @throws RouterException when there is no such cluster, or nobody may use it, or the namespace, from here
     */
    default String kubeconfig(ClusterRef ref, String namespace) throws RouterException {
        throw RouterException.permanent("no program can be told of the cluster '" + ref.name() + "' from here");
    }

    /**
     * One life of the process that rolls out, so that a target's Lease tells a controller that was started again from a second
     * copy of it: a restored backup knows the same rollouts by the same ids.
     *
     * @param current random, new at every start; "" for a process that has no copies, since its journal is locked
     * @param stopped earlier ones that let go in an orderly way: what they still hold may be taken over at once. What a crash
     *     left has to run out first, for nobody can tell a crashed process from a live copy
     */
    public record Incarnation(String current, Set<String> stopped) {

        public static final Incarnation ONLY = new Incarnation("", Set.of());

        public Incarnation {
            stopped = Set.copyOf(stopped);
        }

        /** @param other as found on a Lease; null or "" where nobody wrote one down */
        public boolean succeeds(String other) {
            return current.isEmpty()
                    || other == null
                    || other.isEmpty()
                    || other.equals(current)
                    || stopped.contains(other);
        }
    }
}
