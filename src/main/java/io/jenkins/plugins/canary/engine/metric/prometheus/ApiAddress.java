package io.jenkins.plugins.canary.engine.metric.prometheus;

import java.net.URI;

/** Joins the address of a server with the API's path, and keeps the path and the parameters that a proxy needs. */
final class ApiAddress {

    private ApiAddress() {}

    /** @param parameters already encoded; "" for none */
    static URI of(URI base, String endpoint, String parameters) {
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        String query = base.getRawQuery() == null || parameters.isEmpty()
                ? (base.getRawQuery() == null ? parameters : base.getRawQuery())
                : base.getRawQuery() + "&" + parameters;
        return URI.create(base.getScheme() + "://" + base.getRawAuthority() + path + "/api/v1/" + endpoint
                + (query.isEmpty() ? "" : "?" + query));
    }
}
