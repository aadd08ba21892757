package io.jenkins.plugins.canary.engine.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;

/** Looks names up on threads of its own, each name once at a time however many ask. Safe for several threads. */
final class HostLookup {

    /** The name service. Blocks. */
    @FunctionalInterface
    interface Names {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    private static final Pattern NUMERIC = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F.]*+:[0-9a-fA-F:.]*+");

    private final Names names;
    private final Map<String, CompletableFuture<List<InetAddress>>> underWay = new HashMap<>();

    HostLookup(Names names) {
        this.names = names;
    }

    /** Completes on a thread of the lookups', with at least one address, or exceptionally. */
    CompletableFuture<List<InetAddress>> of(String host) {
        if (NUMERIC.matcher(host).matches()) {
            // No name service is asked.
            CompletableFuture<List<InetAddress>> itself = new CompletableFuture<>();
            look(host, itself);
            return itself;
        }
        CompletableFuture<List<InetAddress>> found;
        synchronized (underWay) {
            CompletableFuture<List<InetAddress>> known = underWay.get(host);
            if (known != null) {
                return known;
            }
            found = new CompletableFuture<>();
            underWay.put(host, found);
        }
        try {
            HttpThreads.LOOKUPS.execute(() -> look(host, found));
        } catch (RejectedExecutionException full) {
            forget(host);
            found.completeExceptionally(new HttpFetcher.Busy(full));
        }
        return found;
    }

    private void look(String host, CompletableFuture<List<InetAddress>> found) {
        try {
            List<InetAddress> addresses = List.of(names.of(host));
            forget(host);
            found.complete(addresses);
        } catch (UnknownHostException | RuntimeException e) {
            forget(host);
            found.completeExceptionally(e);
        }
    }

    private void forget(String host) {
        synchronized (underWay) {
            underWay.remove(host);
        }
    }
}
