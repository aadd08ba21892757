package io.jenkins.plugins.canary.standalone.dataplane;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A node of the cluster whose kubelet is this object: each pod of one namespace that names the node becomes a server on an
 * address of its own, {@code 198.51.100.0/24}, which is reserved for documentation and routed nowhere. An API server
 * refuses endpoints in {@code 127.0.0.0/8}, so that loopback's own addresses cannot be used.
 */
final class ServingNode implements AutoCloseable {

    private static final String NETWORK = "198.51.100.";
    private static final int FIRST = 10;
    private static final int LAST = 250;
    private static final int LOOK_MILLIS = 100;
    private static final int HEARTBEAT_SECONDS = 10;
    /** Between a pod's end and its SIGTERM, as a preStop hook gives routers time to forget it. */
    private static final int PRE_STOP_SECONDS = 3;

    private record Running(String app, String address, PodServer server) {}

    private final KubernetesClient client;
    private final String namespace;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Running> running = new HashMap<>();
    private final Set<String> ending = new HashSet<>();
    private final Deque<String> free = new ArrayDeque<>();
    private final Map<String, PodServer.Counts> counts = new ConcurrentHashMap<>();
    private final Map<String, Double> errors = new ConcurrentHashMap<>();
    private final Set<String> down = ConcurrentHashMap.newKeySet();

    ServingNode(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        for (int i = FIRST; i <= LAST; i++) {
            free.add(NETWORK + i);
        }
        client.resource(node()).create();
        loop.scheduleWithFixedDelay(this::heartbeat, 0, HEARTBEAT_SECONDS, TimeUnit.SECONDS);
        loop.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** An address of this machine that may stand in an EndpointSlice. */
    static String gateway() {
        return NETWORK + "1";
    }

    static boolean hasAddresses() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(NETWORK + FIRST))) {
            return socket.isBound();
        } catch (IOException noSuchAddress) {
            return false;
        }
    }

    String name() {
        return namespace;
    }

    /** The pods of a version fail this share of their requests, 0 to 1, from now on. */
    void fail(String version, double share) {
        errors.put(version, share);
    }

    /** The pods of a Deployment die and do not get ready again, until they are told to. */
    void takeDown(String app) {
        down.add(app);
    }

    void bringBack(String app) {
        down.remove(app);
    }

    /** The pods of a Deployment as a /metrics page. */
    String metrics(String app) {
        PodServer.Counts of = counts(app);
        return "http_requests_total{status=\"200\"} " + of.good().sum() + "\nhttp_requests_total{status=\"500\"} "
                + of.bad().sum() + "\n";
    }

    /** How many requests the pods of a Deployment have answered. */
    long answered(String app) {
        return counts(app).good().sum() + counts(app).bad().sum();
    }

    private PodServer.Counts counts(String app) {
        return counts.computeIfAbsent(app, a -> new PodServer.Counts(new LongAdder(), new LongAdder()));
    }

    private Node node() {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name())
                .addToLabels("canary-test", namespace)
                .endMetadata()
                .withNewSpec()
                .addNewTaint("NoSchedule", "canary-test", null, namespace)
                .endSpec()
                .build();
    }

    private void heartbeat() {
        try {
            Node node = client.nodes().withName(name()).get();
            if (node == null) {
                return;
            }
            String now = Instant.now().toString();
            node.setStatus(new io.fabric8.kubernetes.api.model.NodeStatusBuilder()
                    .addToCapacity("cpu", new Quantity("16"))
                    .addToCapacity("memory", new Quantity("64Gi"))
                    .addToCapacity("pods", new Quantity("200"))
                    .addToAllocatable("cpu", new Quantity("16"))
                    .addToAllocatable("memory", new Quantity("64Gi"))
                    .addToAllocatable("pods", new Quantity("200"))
                    .withConditions(new NodeConditionBuilder()
                            .withType("Ready")
                            .withStatus("True")
                            .withReason("Test")
                            .withLastHeartbeatTime(now)
                            .withLastTransitionTime(now)
                            .build())
                    .build());
            client.resource(node).updateStatus();
        } catch (KubernetesClientException unanswered) {
            // the next one comes in ten seconds
        }
    }

    private void look() {
        try {
            List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
            Set<String> there = new HashSet<>();
            for (Pod pod : pods) {
                if (name().equals(pod.getSpec().getNodeName())) {
                    there.add(pod.getMetadata().getUid());
                    keep(pod);
                }
            }
            for (String gone : running.keySet().stream()
                    .filter(uid -> !there.contains(uid))
                    .toList()) {
                stop(gone, false);
            }
        } catch (KubernetesClientException | IOException unanswered) {
            // looked at again a moment later
        }
    }

    private void keep(Pod pod) throws IOException {
        String uid = pod.getMetadata().getUid();
        String app = pod.getMetadata().getLabels().get("app");
        Running now = running.get(uid);
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            if (ending.add(uid)) {
                loop.schedule(() -> end(pod), PRE_STOP_SECONDS, TimeUnit.SECONDS);
            }
        } else if (down.contains(app) && now != null) {
            stop(uid, true);
            report(pod, now.address(), false);
        } else if (!down.contains(app) && now == null) {
            String image = pod.getSpec().getContainers().get(0).getImage();
            String version = image.substring(image.lastIndexOf(':') + 1);
            String address = free.removeFirst();
            running.put(
                    uid,
                    new Running(
                            app,
                            address,
                            new PodServer(address, version, counts(app), () -> errors.getOrDefault(version, 0.0))));
            report(pod, address, true);
        }
    }

    private void end(Pod pod) {
        stop(pod.getMetadata().getUid(), false);
        client.resource(pod).withGracePeriod(0).delete();
    }

    private void stop(String uid, boolean killed) {
        Running ended = running.remove(uid);
        if (ended == null) {
            return;
        }
        free.addLast(ended.address());
        if (killed) {
            ended.server().kill();
        } else {
            Thread finishing = new Thread(ended.server()::close, "pod-end");
            finishing.setDaemon(true);
            finishing.start();
        }
    }

    private void report(Pod pod, String address, boolean ready) {
        String now = Instant.now().toString();
        String status = ready ? "True" : "False";
        PodStatusBuilder built = new PodStatusBuilder()
                .withPhase("Running")
                .withPodIP(address)
                .addNewPodIP(address)
                .withHostIP(gateway())
                .withStartTime(now);
        for (String type : List.of("Initialized", "PodScheduled")) {
            built.addToConditions(condition(type, "True", now));
        }
        for (String type : List.of("Ready", "ContainersReady")) {
            built.addToConditions(condition(type, status, now));
        }
        pod.getSpec()
                .getContainers()
                .forEach(c -> built.addToContainerStatuses(new ContainerStatusBuilder()
                        .withName(c.getName())
                        .withImage(c.getImage())
                        .withImageID(c.getImage())
                        .withReady(ready)
                        .withRestartCount(0)
                        .withNewState()
                        .withNewRunning(now)
                        .endState()
                        .build()));
        Pod changed = client.pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .get();
        if (changed != null) {
            changed.setStatus(built.build());
            client.resource(changed).updateStatus();
        }
    }

    private static io.fabric8.kubernetes.api.model.PodCondition condition(String type, String status, String now) {
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withLastTransitionTime(now)
                .build();
    }

    /** Takes the node out of the cluster; pods that are left go with their namespace. */
    @Override
    public void close() {
        loop.shutdownNow();
        running.values().forEach(r -> r.server().kill());
        client.pods().inNamespace(namespace).withGracePeriod(0).delete();
        client.nodes().withName(name()).delete();
    }
}
