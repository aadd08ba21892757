package io.jenkins.plugins.canary.engine.traffic.kubernetes.deployment;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.TwoDeployments;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.WeightSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workloads;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;

/** Reads {@code deployment: { stable: api, canary: api-canary, replicas: 10 }}. */
public final class DeploymentDriver implements RouterDriver {

    private static final String NAME = "deployment";
    private static final Section KEYS = KubernetesOptions.keys(
            NAME,
            "Replica counts of two Deployments behind one Service: coarse, for clusters without a mesh.",
            Map.of(),
            """
            stable   | name           | the target's Deployment | Deployment of the stable version.
            canary   | name           | the stable Deployment's, with `-canary` | Deployment of the canary; must exist, with `replicas: 0` before the rollout.
            replicas | whole 2..10000 | as many as both have when the rollout begins | Pods of both versions together.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        String stable = settings.get("stable");
        String canary = settings.get("canary");
        Long replicas = settings.get("replicas");
        KubernetesOptions options = KubernetesOptions.read(settings).naming(stable, canary);
        return KubernetesOptions.sameVersion(settings, canary, stable, "Deployment")
                ? null
                : new DeploymentSettings(options, replicas == null ? 0 : replicas.intValue());
    }

    /**
     * @param replicas of both versions together; 0 for as many as there are when the rollout begins
     */
    private record DeploymentSettings(KubernetesOptions options, int replicas) implements TwoDeployments {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public int pods() {
            return replicas;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(Kind.DEPLOYMENT, namespace, options.stable(target));
        }

        @Override
        public List<Right> rights() {
            return List.of();
        }

        @Override
        public WeightSplit split(Workloads workloads, String rollout) {
            return new ReplicaSplit(workloads, replicas, rollout);
        }

        @Override
        public String refusal(Weight weight) {
            return replicas == 0 ? null : ReplicaSplit.refusal(weight, replicas);
        }
    }
}
