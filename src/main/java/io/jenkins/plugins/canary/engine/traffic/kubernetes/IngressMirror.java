package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Copies of the requests of the stable Ingress, by ingress-nginx's annotation mirror-target. It leads to the address of the
 * canary's Service, not to its name: nginx would ask its own resolver for a name, which knows no search domains.
 */
record IngressMirror(Workloads workloads, CanaryIngress shape) {

    private static final String PREFIX = "nginx.ingress.kubernetes.io/";
    private static final String TARGET = PREFIX + "mirror-target";
    private static final String HOST = PREFIX + "mirror-host";

    /** Holds the target that was written here: another one is somebody else's. */
    static final String OURS = "canary-release.jenkins.io/mirror-target";

    /** Why this cannot be copied; null when it can. */
    static String refusal(ExtraTraffic extra) {
        if (extra.mirror().isZero()) {
            return null;
        }
        if (!extra.mirror().equals(Weight.FULL)) {
            return "ingress-nginx copies every request or none, not " + extra.mirror() + "; write mirror: 100%";
        }
        return extra.match().isEmpty()
                ? null
                : "ingress-nginx would copy the cohort's requests too, which the canary answers already; move the phase"
                        + " with mirror before the one with match";
    }

    Weight share(KubeObject ingress) throws RouterException {
        return isOurs(ingress) ? Weight.FULL : Weight.ZERO;
    }

    /**
     * Whether what is there is what there should be: a Service that was made anew has another address. What could not be
     * written any more does not agree either; who writes it hears why.
     */
    boolean agrees(KubeObject ingress) throws RouterException {
        if (!isOurs(ingress)) {
            return true;
        }
        try {
            return ingress.annotation(TARGET).equals(target(ingress));
        } catch (RouterException refused) {
            return false;
        }
    }

    /** False when it is so already. */
    boolean set(KubeObject ingress, Weight share) throws RouterException {
        ObjectNode before = ingress.tree().deepCopy();
        end(ingress);
        if (!share.isZero()) {
            for (String taken : new String[] {TARGET, HOST}) {
                if (ingress.annotation(taken) != null) {
                    throw RouterException.permanent(ingress.ref() + " has " + taken + ": " + ingress.annotation(taken)
                            + ", which the plan did not set; remove it, or leave the phase with mirror out");
                }
            }
            String target = target(ingress);
            ingress.annotate(TARGET, target);
            ingress.annotate(HOST, host(ingress));
            ingress.annotate(OURS, target);
        }
        return !before.equals(ingress.tree());
    }

    private void end(KubeObject ingress) throws RouterException {
        boolean left = ingress.annotation(OURS) != null && host(ingress).equals(ingress.annotation(HOST));
        if (isOurs(ingress) || left) {
            ingress.annotate(HOST, null);
        }
        if (isOurs(ingress)) {
            ingress.annotate(TARGET, null);
        }
        ingress.annotate(OURS, null);
    }

    /** Also where somebody took the note away. */
    private boolean isOurs(KubeObject ingress) throws RouterException {
        String target = ingress.annotation(TARGET);
        if (target == null || target.equals(ingress.annotation(OURS))) {
            return target != null;
        }
        Optional<KubeObject> service = service();
        return service.isPresent() && target.contains("://" + address(service.get()) + ":");
    }

    private Optional<KubeObject> service() throws RouterException {
        return workloads.cluster().find(workloads.ref(Kind.SERVICE, shape.canary()));
    }

    /** The Host that the stable version sees. */
    private static String host(KubeObject ingress) {
        String other = ingress.annotation(PREFIX + "upstream-vhost");
        return other == null ? "$host" : other;
    }

    /** {@code http://10.96.0.7:80$request_uri}. */
    private String target(KubeObject ingress) throws RouterException {
        Set<String> others = shape.others(ingress);
        if (!others.isEmpty()) {
            throw refused(
                    ingress,
                    "also sends to " + others + ", and mirror-target copies every request of an Ingress;"
                            + " give the paths of " + shape.stable() + " an Ingress of their own");
        }
        for (String rewrites : new String[] {"rewrite-target", "ssl-passthrough"}) {
            if (ingress.annotation(PREFIX + rewrites) != null) {
                throw refused(
                        ingress,
                        "has " + PREFIX + rewrites
                                + ", so the canary would not get what the stable version gets; leave the phase with mirror out");
            }
        }
        KubeObject service = service()
                .orElseThrow(
                        () -> RouterException.permanent("there is no " + workloads.ref(Kind.SERVICE, shape.canary())));
        if (address(service).isEmpty()) {
            throw refused(
                    ingress,
                    "can only be mirrored to a Service with an address of its own, and " + service.ref()
                            + " has none; give it a clusterIP");
        }
        return scheme(ingress) + "://" + address(service) + ":" + port(ingress, service) + "$request_uri";
    }

    private static String scheme(KubeObject ingress) throws RouterException {
        String protocol = ingress.annotation(PREFIX + "backend-protocol");
        String scheme = protocol == null ? "http" : protocol.toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme)) {
            throw refused(
                    ingress,
                    "speaks " + protocol + " to its pods, and mirror-target only HTTP and HTTPS;"
                            + " leave the phase with mirror out");
        }
        return scheme;
    }

    /** "" of a headless Service, and of one that is a name. */
    private static String address(KubeObject service) {
        String address = service.spec().path("clusterIP").asText("");
        return address.equals("None") ? "" : address.contains(":") ? "[" + address + "]" : address;
    }

    private int port(KubeObject ingress, KubeObject service) throws RouterException {
        Set<Integer> ports = new TreeSet<>();
        Set<String> wanted = shape.ports(ingress);
        for (JsonNode port : service.spec().path("ports")) {
            if (wanted.contains(port.path("name").asText())
                    || wanted.contains(port.path("port").asText())) {
                ports.add(port.path("port").asInt());
            }
        }
        if (ports.size() != 1) {
            throw refused(
                    ingress,
                    "leads to the ports " + ports + " of " + service.ref()
                            + ", and mirror-target to one; give each port an Ingress of its own");
        }
        return ports.iterator().next();
    }

    private static RouterException refused(KubeObject ingress, String why) {
        return RouterException.permanent(ingress.ref() + " " + why);
    }
}
