package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.DnsName;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A route of the Gateway API, as a plan names it.
 *
 * @param namespace null for that of the Deployments and Services
 */
record RouteName(Kind kind, String namespace, String name) {

    private static final String GROUP = "gateway.networking.k8s.io";

    static final Kind GRPC_ROUTE = new Kind(GROUP, "v1", "GRPCRoute", "grpcroutes");
    static final Kind TCP_ROUTE = new Kind(GROUP, "v1", "TCPRoute", "tcproutes");
    static final Kind TLS_ROUTE = new Kind(GROUP, "v1", "TLSRoute", "tlsroutes");

    /** As clusters serve TLSRoutes before the Gateway API 1.5, and TCPRoutes before 1.6. */
    private static final String BEFORE_V1 = "v1alpha2";

    /** By the keys of a plan. */
    static final Map<String, Kind> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("httpRoute", Kind.HTTP_ROUTE);
        KINDS.put("grpcRoute", GRPC_ROUTE);
        KINDS.put("tcpRoute", TCP_ROUTE);
        KINDS.put("tlsRoute", TLS_ROUTE);
    }

    private static final KeyType ONE = KeyType.string(
            "route's name",
            "^((" + DnsName.LABEL + ")/)?(" + DnsName.SUBDOMAIN.pattern().replace("(?=.{1,253}$)", "") + ")$",
            node -> null);

    /** A route, or several. */
    static final KeyType SOME = KeyType.either(node -> node, ONE, ONE.someOf());

    /** The routes that a plan names, of all kinds; empty when it names none. */
    static List<RouteName> read(YamlObject settings) {
        List<RouteName> all = new ArrayList<>();
        KINDS.forEach((key, kind) -> {
            YamlNode value = settings.get(key);
            if (value != null && value.isList() && value.list().isEmpty()) {
                value.error("no route is named", "write " + key + ": NAME, or a list of names");
            } else if (value != null) {
                all.addAll((value.isList() ? value.list() : List.of(value))
                        .stream()
                                .map(node -> read(kind, node))
                                .filter(Objects::nonNull)
                                .toList());
            }
        });
        return all;
    }

    /** Null after reporting what is no name. */
    private static RouteName read(Kind kind, YamlNode node) {
        String text = node.text();
        if (text == null) {
            return null;
        }
        int slash = text.indexOf('/');
        String namespace = slash < 0 ? null : text.substring(0, slash);
        String name = text.substring(slash + 1);
        boolean ok = DnsName.SUBDOMAIN.matcher(name).matches()
                && (namespace == null || DnsName.LABEL.matcher(namespace).matches());
        if (!ok) {
            node.error(
                    "'" + text + "' cannot be the name of a Kubernetes object",
                    "use small letters, digits, '-' and '.'; NAMESPACE/NAME for a route in another namespace");
            return null;
        }
        return new RouteName(kind, namespace, name);
    }

    ObjectRef in(String home) {
        return new ObjectRef(kind, namespace == null ? home : namespace, name);
    }

    /** The same under the version of its kind that the cluster serves. May block. */
    ObjectRef served(Cluster cluster, String home) throws RouterException {
        ObjectRef ref = in(home);
        boolean old = (kind.equals(TCP_ROUTE) || kind.equals(TLS_ROUTE)) && !cluster.serves(ref);
        Kind before = new Kind(GROUP, BEFORE_V1, kind.name(), kind.plural());
        return old ? new ObjectRef(before, ref.namespace(), ref.name()) : ref;
    }
}
