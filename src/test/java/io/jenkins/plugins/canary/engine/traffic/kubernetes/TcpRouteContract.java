package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;

abstract class TcpRouteContract extends GatewayApiContract {

    @Override
    protected Kind kind() {
        return RouteName.TCP_ROUTE;
    }

    @Override
    protected String ownSettings() {
        return "tcpRoute: api";
    }

    @Override
    protected String rules() {
        return """
                  rules:
                  - backendRefs: [{name: api, port: 80}]
                """;
    }
}
