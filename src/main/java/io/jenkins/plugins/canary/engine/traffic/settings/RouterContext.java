package io.jenkins.plugins.canary.engine.traffic.settings;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a router may need to know of the rollout that it serves.
 *
 * @param rollout the rollout's id, for locks and annotations
 * @param owner the build or the command that owns the rollout, for people
 * @param clusters opens Kubernetes clusters; null for kubeconfig files and the cluster that this process runs in
 * @param claimant who claims the target
 * @param weights those that the plan's phases will ask for, so that a router which cannot set one of them says so at
 *     the start; empty when nobody knows
 * @param addresses which addresses of the plan may be connected to; clusters are not asked about
 */
public record RouterContext(
        String rollout,
        Target target,
        String version,
        String owner,
        Secrets secrets,
        ClusterAccess clusters,
        Claimant claimant,
        List<Weight> weights,
        AddressPolicy addresses,
        InstantSource clock) {

    /**
     * Who claims a target.
     *
     * @param id the same for as long as one claim is to last: the rollout's, or a person's
     * @param taking how the target is claimed the first time
     * @param sequence how many events the rollout's journal has by now
     */
    public record Claimant(String id, Taking taking, LongSupplier sequence) {}

    /** What a claimant expects to find at a target. */
    public enum Taking {

        /** Nobody, or nobody any more. */
        ANEW,

        /** Its own claim of before: it goes on, and not where others have been meanwhile. */
        AGAIN,

        /** Whoever has it: it is taken from them. */
        EVEN_SO
    }

    public RouterContext {
        weights = List.copyOf(weights);
    }

    /**
     * For who runs the engine with their own rights: claims the target anew, opens clusters of kubeconfig files, and
     * connects to whatever the plan names.
     */
    public static RouterContext of(
            String rollout, Target target, String version, String owner, Secrets secrets, InstantSource clock) {
        return new RouterContext(
                rollout,
                target,
                version,
                owner,
                secrets,
                null,
                new Claimant(rollout, Taking.ANEW, () -> 0),
                List.of(),
                AddressPolicy.UNRESTRICTED,
                clock);
    }

    public RouterContext claimedBy(Claimant other) {
        return new RouterContext(rollout, target, version, owner, secrets, clusters, other, weights, addresses, clock);
    }
}
