package io.jenkins.plugins.canary.config;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.InternalAddresses;
import java.net.InetAddress;
import java.util.Optional;

/**
 * What the controller connects to on behalf of plans, and of folders, whose configurers are no administrators. Goes by the
 * configuration of the moment, so that an address that an administrator takes off the list is not connected to any more.
 */
public final class PlanConnections implements AddressPolicy {

    public static final AddressPolicy POLICY = new PlanConnections();

    private PlanConnections() {}

    @Override
    public Optional<String> refusal(String host, int port, InetAddress address) {
        CanaryConfiguration settings = CanaryConfiguration.get();
        return refusal(settings.getPlanAddresses(), settings.allowed(), host, port, address);
    }

    /** @param address null where it is not known, or not looked up */
    static Optional<String> refusal(
            PlanAddresses policy, AllowedAddresses allowed, String host, int port, InetAddress address) {
        if (allowed.names(host, port)) {
            return Optional.empty();
        }
        String remedy = ": an administrator can add it to the allowed addresses of Canary releases";
        if (policy == PlanAddresses.LISTED && !allowed.hasHost(host, port)) {
            return Optional.of(
                    "plans must not name " + host + ":" + port + " here" + remedy + ", or configure a server");
        }
        Optional<String> internal = InternalAddresses.kind(host);
        if (internal.isEmpty() && address != null) {
            internal = InternalAddresses.kind(address)
                    .map(kind -> host.equals(address.getHostAddress()) ? kind : address.getHostAddress() + ", " + kind);
        }
        return internal.map(kind -> host + " is " + kind + ", which plans must not name" + remedy);
    }
}
