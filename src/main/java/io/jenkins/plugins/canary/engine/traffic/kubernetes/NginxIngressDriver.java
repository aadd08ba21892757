package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.IngressSplit.CanaryWeight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code nginxIngress: { ingress: api, canary: api-canary, header: x-canary }}. */
public final class NginxIngressDriver implements RouterDriver {

    private static final String NAME = "nginxIngress";

    private static final Section KEYS =
            KubernetesOptions.keys(NAME, "Weight of a canary Ingress of ingress-nginx.", Map.of(), """
            ingress       | name    | required, `api-gateway` | The Ingress that users' requests come through.
            canaryIngress | name    | the Ingress's, with `-canary`, made when it is missing | The Ingress that carries the weight.
            canary        | canary  | the canary's Deployment's | Service of the canary, or whether the rollout makes the canary.
            stable        | name    | the Deployment's | Service of the stable version.
            header        | text    | none    | Requests with this header go to the canary, while the weight is above 0.
            headerValue   | text    | none    | The value that the header must have.
            cookie        | text    | none    | Requests with this cookie at `always` go to the canary, at `never` to the stable version.
            tenths        | boolean | `false` | Weights in tenths of a percent; only if every controller is 1.7.0 or later.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public boolean canMatch() {
        return true;
    }

    @Override
    public boolean canMirror() {
        return true;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        KubernetesOptions options = KubernetesOptions.read(settings);
        String ingress = settings.get("ingress");
        String canaryIngress = settings.get("canaryIngress");
        CanaryOptions canary = settings.getOr("canary", CanaryOptions.GIVEN);
        String stable = settings.get("stable");
        boolean tenths = settings.get("tenths");
        Map<String, String> always = new LinkedHashMap<>();
        IngressSplit.SELECTORS.forEach((key, annotation) -> {
            String value = settings.get(key);
            if (value != null) {
                always.put(annotation, value);
            }
        });
        if (KubernetesOptions.sameVersion(settings, canary.service(), stable, "Service")) {
            return null;
        }
        if (ingress != null && ingress.equals(canaryIngress)) {
            settings.value("canaryIngress")
                    .error("this is the stable Ingress", "leave it out to have one made beside it");
            return null;
        }
        if (settings.has("headerValue") && !settings.has("header")) {
            settings.value("headerValue").error("a value without a header", "write header: NAME too");
            return null;
        }
        return ingress == null
                ? null
                : new NginxIngressSettings(
                        options.with(canary),
                        ingress,
                        canaryIngress == null ? ingress + "-canary" : canaryIngress,
                        canary.service(),
                        stable,
                        always,
                        tenths);
    }

    /**
     * @param ingress the Ingress that users' requests come through
     * @param canaryIngress the one that carries the weight
     * @param canary the canary's Service; null for the canary Deployment's name
     * @param stable the stable version's Service; null for the Deployment's name
     * @param always the annotations that say who gets the canary whatever the weight says, while it is above zero
     * @param tenths whether the controller is known to honour canary-weight-total; see {@link CanaryWeight}
     */
    private record NginxIngressSettings(
            KubernetesOptions options,
            String ingress,
            String canaryIngress,
            String canary,
            String stable,
            Map<String, String> always,
            boolean tenths)
            implements TwoDeployments {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(IngressSplit.INGRESS, namespace, ingress);
        }

        @Override
        public List<Right> rights() {
            List<Right> both = new ArrayList<>(Right.named(IngressSplit.INGRESS, ingress, "get"));
            both.addAll(Right.named(IngressSplit.INGRESS, canaryIngress, "get", "create", "update", "delete"));
            return Right.withServices(both);
        }

        @Override
        public List<Right> mirrorRights() {
            return Right.named(IngressSplit.INGRESS, ingress, "update");
        }

        @Override
        public WeightSplit split(Workloads workloads, String rollout) {
            CanaryIngress shape = new CanaryIngress(
                    workloads.ref(IngressSplit.INGRESS, canaryIngress),
                    canary == null ? workloads.canaryName() : canary,
                    stable == null ? workloads.stableName() : stable);
            ObjectRef main = workloads.ref(IngressSplit.INGRESS, ingress);
            return new IngressSplit(workloads, main, shape, always, new CanaryWeight(tenths));
        }

        @Override
        public String refusal(Weight weight) {
            return new CanaryWeight(tenths).refusal(weight);
        }

        @Override
        public String refusal(ExtraTraffic extra) {
            return IngressSplit.refusal(extra, always.keySet());
        }
    }
}
