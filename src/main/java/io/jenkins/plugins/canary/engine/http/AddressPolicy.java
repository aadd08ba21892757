package io.jenkins.plugins.canary.engine.http;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses may be connected to on behalf of somebody. Asked with every address that a name was resolved to, and only
 * addresses that were asked about are connected to: a name that means something else a moment later leads nowhere else. A
 * name of which one address is refused is refused. Any thread; must not block.
 */
@FunctionalInterface
public interface AddressPolicy {

    /** For addresses that a person or an administrator chose: their rights are enough. */
    AddressPolicy UNRESTRICTED = (host, port, address) -> Optional.empty();

    /**
     * Why this address must not be connected to, and what to do, in words for people; empty when it may be.
     *
     * @param host as it was written, without brackets
     * @param address what the host was resolved to; null when a proxy will resolve it
     */
    Optional<String> refusal(String host, int port, InetAddress address);

    /** Whether what is found there may be shown: whoever chose the address may read it. */
    default boolean mayQuote() {
        return this == UNRESTRICTED;
    }

    /**
     * Looks a host up, for those who connect by themselves. Blocks for as long as the name service takes.
     *
     * @return at least one; whoever connects to one of them, and not to the name, is where the policy lets it be
     * @throws java.net.UnknownHostException when the name is not known
     * @throws IOException for people, when an address is refused
     */
    default List<InetAddress> lookUp(String host, int port) throws IOException {
        return checked(List.of(InetAddress.getAllByName(host)), host, port);
    }

    /**
     * All of them, or none: a name of which one address is refused is refused.
     *
     * @throws IOException for people, when an address is refused
     */
    default List<InetAddress> checked(List<InetAddress> found, String host, int port) throws IOException {
        for (InetAddress address : found) {
            Optional<String> refusal = refusal(host, port, address);
            if (refusal.isPresent()) {
                throw new HttpFetcher.Refused(refusal.get());
            }
        }
        return found;
    }
}
