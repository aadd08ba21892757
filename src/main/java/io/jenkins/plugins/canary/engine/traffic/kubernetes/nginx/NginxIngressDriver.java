package io.jenkins.plugins.canary.engine.traffic.kubernetes.nginx;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;

/** Reads {@code nginxIngress: { ingress: api, canary: api-canary, header: x-canary }}. */
public final class NginxIngressDriver implements RouterDriver {

    static final String NAME = "nginxIngress";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        KubernetesOptions options = KubernetesOptions.read(
                settings, "ingress", "canaryIngress", "canary", "stable", "header", "headerValue", "cookie", "tenths");
        String ingress = settings.need("ingress", KubernetesOptions::name, "api-gateway");
        String canaryIngress = settings.get("canaryIngress", KubernetesOptions::name, null);
        String canary = settings.get("canary", KubernetesOptions::name, null);
        String stable = settings.get("stable", KubernetesOptions::name, null);
        String header = settings.get("header", YamlNode::text, null);
        String headerValue = settings.get("headerValue", YamlNode::text, null);
        String cookie = settings.get("cookie", YamlNode::text, null);
        boolean tenths = settings.get("tenths", YamlNode::bool, false);
        if (canary != null && canary.equals(stable)) {
            settings.get("stable")
                    .orElseThrow()
                    .error("canary and stable are the same Service", "name the Service of each version");
            return null;
        }
        if (ingress != null && ingress.equals(canaryIngress)) {
            settings.get("canaryIngress")
                    .orElseThrow()
                    .error("this is the stable Ingress", "leave it out to have one made beside it");
            return null;
        }
        if (headerValue != null && header == null) {
            settings.get("headerValue").orElseThrow().error("a value without a header", "write header: NAME too");
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
