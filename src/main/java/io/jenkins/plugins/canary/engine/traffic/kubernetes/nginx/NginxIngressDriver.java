package io.jenkins.plugins.canary.engine.traffic.kubernetes.nginx;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Map;

/** Reads {@code nginxIngress: { ingress: api, canary: api-canary, header: x-canary }}. */
public final class NginxIngressDriver implements RouterDriver {

    static final String NAME = "nginxIngress";

    private static final Section KEYS =
            KubernetesOptions.keys(NAME, "Weight of a canary Ingress of ingress-nginx.", Map.of(), """
            ingress       | name    | required, `api-gateway` | The Ingress that users' requests come through.
            canaryIngress | name    | the Ingress's, with `-canary`, made when it is missing | The Ingress that carries the weight.
            canary        | name    | the canary's Deployment's | Service of the canary.
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
    public RouterSettings read(YamlObject settings) {
        KubernetesOptions options = KubernetesOptions.read(settings);
        String ingress = settings.get("ingress");
        String canaryIngress = settings.get("canaryIngress");
        String canary = settings.get("canary");
        String stable = settings.get("stable");
        String header = settings.get("header");
        String headerValue = settings.get("headerValue");
        String cookie = settings.get("cookie");
        boolean tenths = settings.get("tenths");
        if (canary != null && canary.equals(stable)) {
            settings.value("stable")
                    .error("canary and stable are the same Service", "name the Service of each version");
            return null;
        }
        if (ingress != null && ingress.equals(canaryIngress)) {
            settings.value("canaryIngress")
                    .error("this is the stable Ingress", "leave it out to have one made beside it");
            return null;
        }
        if (headerValue != null && header == null) {
            settings.value("headerValue").error("a value without a header", "write header: NAME too");
            return null;
        }
        return ingress == null
                ? null
                : new NginxIngressSettings(
                        options,
                        ingress,
                        canaryIngress,
                        canary,
                        stable,
                        new AlwaysCanary(header, headerValue, cookie),
                        tenths);
    }
}
