package io.jenkins.plugins.canary.engine.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Addresses that a policy was asked about, for those who connect by themselves. */
public final class CheckedAddresses {

    private CheckedAddresses() {}

    /**
     * Looks a host up. Blocks for as long as the name service takes.
     *
     * @return at least one; whoever connects to one of them, and not to the name, is where the policy lets it be
     * @throws UnknownHostException when the name is not known
     * @throws IOException for people, when an address is refused
     */
    public static List<InetAddress> of(String host, int port, AddressPolicy policy) throws IOException {
        return check(List.of(InetAddress.getAllByName(host)), host, port, policy);
    }

    /** All of them, or none: a name of which one address is refused is refused. */
    static List<InetAddress> check(List<InetAddress> found, String host, int port, AddressPolicy policy)
            throws HttpFetcher.Refused {
        for (InetAddress address : found) {
            Optional<String> refusal = policy.refusal(host, port, address);
            if (refusal.isPresent()) {
                throw new HttpFetcher.Refused(refusal.get());
            }
        }
        return found;
    }
}
