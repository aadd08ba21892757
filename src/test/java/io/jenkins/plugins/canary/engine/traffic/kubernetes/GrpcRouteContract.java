package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;

abstract class GrpcRouteContract extends GatewayApiContract {

    @Override
    protected Kind kind() {
        return RouteName.GRPC_ROUTE;
    }

    @Override
    protected String ownSettings() {
        return "grpcRoute: api";
    }

    @Override
    protected String rules() {
        return """
                  hostnames: [api.example.test]
                  rules:
                  - matches: [{method: {service: shop.Api}}]
                    filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-a, value: b}]}}]
                    backendRefs: [{name: api, port: 80}]
                  - matches: [{method: {service: shop.Other}}]
                    backendRefs: [{name: other, port: 80, weight: 7}]
                """;
    }
}
