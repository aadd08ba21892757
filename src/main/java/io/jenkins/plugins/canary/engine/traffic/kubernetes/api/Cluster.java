package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One cluster's API server, reduced to what drivers do with objects: read, list, create, replace. Every write
 * of an existing object carries the resourceVersion that was read, so that it never overwrites what it has not seen.
 * Safe for use by several threads; each call blocks for ten seconds at most.
 */
public final class Cluster implements AutoCloseable {

    public static final ObjectMapper JSON = new ObjectMapper(BoundedJson.factory());

    /** Under which the API server notes what was written from here, in {@code metadata.managedFields}. */
    public static final String FIELD_MANAGER = "canary-release";

    private static final String NAMED = "?fieldManager=" + FIELD_MANAGER;

    private static final int CONNECT_MILLIS = 2_000;
    private static final int REQUEST_MILLIS = 5_000;

    /** Controllers write a status every now and then; losing this often means that somebody fights over the object. */
    private static final int ATTEMPTS = 6;

    private static final Kind REVIEW =
            new Kind("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews");

    private static final Kind NAMESPACE = new Kind("", "v1", "Namespace", "namespaces");

    private static final Kind SELF = new Kind("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews");

    private final KubernetesClient client;
    private final ApiHttp http;
    private final Runnable release;
    private final Predicate<String> namespaces;

    /** What was read in one look, by path: an object, or why there is none; null where each question is asked anew. */
    private final Map<String, Object> read;

    private Cluster(KubernetesClient client, Runnable release, Predicate<String> namespaces, Map<String, Object> read) {
        this.client = client;
        this.http = new ApiHttp(client);
        this.release = release;
        this.namespaces = namespaces;
        this.read = read;
    }

    /**
     * A cluster whose questions are answered within ten seconds or not at all. fabric8 by itself asks up to ten times over
     * minutes; the engine has its own patience, and its own word for it in the journal.
     */
    public static Cluster connect(Config config) {
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setRequestTimeout(REQUEST_MILLIS);
        config.setRequestRetryBackoffLimit(0);
        KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build();
        return new Cluster(client, client::close, any -> true, null);
    }

    /** The client is shared with others, and stays open. */
    public static Cluster sharing(KubernetesClient client) {
        return new Cluster(client, () -> {}, any -> true, null);
    }

    /** The same cluster, of which nothing outside of these namespaces is read or changed. */
    public Cluster within(Predicate<String> allowed) {
        return new Cluster(client, release, allowed, null);
    }

    /**
     * The same cluster for one look at many objects, which asks for each of them once however many need it. For one thread,
     * and as long as what was read may count as what there is. Closing it closes nothing.
     */
    public Cluster forOneLook() {
        return new Cluster(client, () -> {}, namespaces, new HashMap<>());
    }

    /** The namespace of the kubeconfig's context or of the pod's service account; null when neither says one. */
    public String defaultNamespace() {
        return client.getNamespace();
    }

    /** A record of ours as JSON. */
    public static String text(Object record) {
        try {
            return JSON.writeValueAsString(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public Optional<KubeObject> find(ObjectRef ref) throws RouterException {
        try {
            return Optional.of(new KubeObject(ref, ask("get", ref, "GET", ref.path(), null)));
        } catch (KubeException refused) {
            if (refused.objectMissing()) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** @throws RouterException permanent when there is no such object */
    public KubeObject get(ObjectRef ref) throws RouterException {
        Optional<KubeObject> found = find(ref);
        if (found.isEmpty()) {
            throw RouterException.permanent(missing(ref));
        }
        return found.get();
    }

    /** That there is no such object, and what has the name of a Deployment in its place. May block. */
    public String missing(ObjectRef ref) {
        String missing = "there is no " + ref + " in the cluster";
        try {
            return insteadOf(ref)
                    .map(other -> missing + "; " + ref.name() + " is a " + other.word() + ": " + other.why() + "; "
                            + other.remedy())
                    .orElse(missing);
        } catch (RouterException notTold) {
            return missing + "; only Deployments can be released, no StatefulSet and no DaemonSet";
        }
    }

    /**
     * What has the name of a Deployment that is not there. May block.
     *
     * @throws RouterException when the cluster does not tell
     */
    public Optional<OtherWorkload> insteadOf(ObjectRef ref) throws RouterException {
        return ref.kind().equals(Kind.DEPLOYMENT) ? OtherWorkload.find(this, ref) : Optional.empty();
    }

    /**
     * @param namespace "" for all of them, which few accounts may list
     * @param labels a label selector: {@code app=api,track=canary}
     */
    public List<KubeObject> list(Kind kind, String namespace, String labels) throws RouterException {
        ObjectRef all = new ObjectRef(kind, namespace, "*");
        String path = kind.path(namespace) + "?labelSelector=" + Kind.encoded(labels);
        List<KubeObject> found = new ArrayList<>();
        for (JsonNode item : ask("list", all, "GET", path, null).path("items")) {
            String name = item.path("metadata").path("name").asText();
            found.add(new KubeObject(new ObjectRef(kind, namespace, name), (ObjectNode) item));
        }
        return found;
    }

    /** Whether the cluster knows an object's kind under this version, whether or not there is such an object. */
    public boolean serves(ObjectRef ref) throws RouterException {
        try {
            find(ref);
            return true;
        } catch (KubeException refused) {
            if (refused.kindUnknown()) {
                return false;
            }
            throw refused;
        }
    }

    /** All objects of a kind that the cluster may not know: then there are none. */
    public List<KubeObject> listKnown(Kind kind, String namespace) throws RouterException {
        try {
            return list(kind, namespace, "");
        } catch (KubeException refused) {
            if (refused.kindUnknown()) {
                return List.of();
            }
            throw refused;
        }
    }

    /** Whether these credentials have a right in a namespace, as the API server itself sees it. */
    public boolean may(Right right, String namespace) throws RouterException {
        String[] resource = right.resource().split("/", 2);
        ObjectNode review =
                JSON.createObjectNode().put("apiVersion", REVIEW.apiVersion()).put("kind", REVIEW.name());
        ObjectNode asked = review.withObject("/spec/resourceAttributes")
                .put("namespace", namespace)
                .put("group", right.group())
                .put("resource", resource[0])
                .put("verb", right.verb());
        if (!right.name().isEmpty()) {
            asked.put("name", right.name());
        }
        if (resource.length > 1) {
            asked.put("subresource", resource[1]);
        }
        String path = "/apis/" + REVIEW.apiVersion() + "/" + REVIEW.plural();
        return ask("create", new ObjectRef(REVIEW, namespace, "*"), "POST", path, review)
                .at("/status/allowed")
                .asBoolean();
    }

    /**
     * @throws RouterException permanent when there is no such namespace, as far as these credentials may know
     */
    public void requireNamespace(String name) throws RouterException {
        try {
            if (find(new ObjectRef(NAMESPACE, "", name)).isEmpty()) {
                throw RouterException.permanent("the namespace " + name + " does not exist in the cluster at "
                        + http.server()
                        + "; kubectl get namespaces lists those that do, kubectl config get-contexts the"
                        + " other clusters");
            }
        } catch (KubeException mayNotLook) {
            // what is missing in it is told by whoever looks for it
        }
    }

    /**
     * Who these credentials are, by the name that a RoleBinding takes; empty where the API server does not say (before
     * Kubernetes 1.28).
     */
    public Optional<String> user(String namespace) throws RouterException {
        ObjectNode review =
                JSON.createObjectNode().put("apiVersion", SELF.apiVersion()).put("kind", SELF.name());
        String path = "/apis/" + SELF.apiVersion() + "/" + SELF.plural();
        try {
            String name = ask("create", new ObjectRef(SELF, namespace, "*"), "POST", path, review)
                    .at("/status/userInfo/username")
                    .asText();
            return name.isEmpty() ? Optional.empty() : Optional.of(name);
        } catch (KubeException refused) {
            return Optional.empty();
        }
    }

    /**
     * @param tree the object without apiVersion and kind; its metadata gets name and namespace
     * @return whether it was created; false when there is one of that name already
     */
    public boolean create(ObjectRef ref, ObjectNode tree) throws RouterException {
        tree.put("apiVersion", ref.kind().apiVersion());
        tree.put("kind", ref.kind().name());
        tree.withObject("/metadata").put("name", ref.name()).put("namespace", ref.namespace());
        try {
            ask("create", ref, "POST", ref.kind().path(ref.namespace()) + NAMED, tree);
            return true;
        } catch (KubeException refused) {
            if (refused.conflict()) {
                return false;
            }
            throw refused;
        }
    }

    /**
     * Deletes an object as it was read, and in time what it owns; not another one that has got its name since.
     *
     * @return whether it was there
     */
    public boolean delete(KubeObject seen) throws RouterException {
        ObjectNode options = JSON.createObjectNode()
                .put("apiVersion", "v1")
                .put("kind", "DeleteOptions")
                .put("propagationPolicy", "Background");
        options.withObject("/preconditions")
                .put("uid", seen.metadata().path("uid").asText());
        try {
            ask("delete", seen.ref(), "DELETE", seen.ref().path(), options);
            return true;
        } catch (KubeException refused) {
            if (refused.objectMissing() || refused.conflict()) {
                return false;
            }
            throw refused;
        }
    }

    /** Changes only its own fields of an object that was just read, and says whether there was anything to change. */
    @FunctionalInterface
    public interface Change {
        boolean apply(KubeObject fresh) throws RouterException;
    }

    /**
     * Changes one object: reads it, changes what is ours in the fresh copy, and writes it back under the resourceVersion
     * that was read. When somebody else was quicker, it starts over from what they wrote.
     *
     * @return the object as it is after the change; as it was read when there was nothing to change
     * @throws RouterException when there is no such object, the change refuses, or every attempt met a conflict
     */
    public KubeObject edit(ObjectRef ref, Change change) throws RouterException {
        return edit(ref, change, false);
    }

    /** Like {@link #edit}, by the status subresource; where the kind has none, with the whole object. */
    public KubeObject editStatus(ObjectRef ref, Change change) throws RouterException {
        return edit(ref, change, true);
    }

    private KubeObject edit(ObjectRef ref, Change change, boolean status) throws RouterException {
        for (int i = 0; i < ATTEMPTS; i++) {
            KubeObject fresh = get(ref);
            if (!change.apply(fresh)) {
                return fresh;
            }
            try {
                return status ? replaceStatus(fresh) : replace(fresh);
            } catch (KubeException refused) {
                if (!refused.conflict()) {
                    throw refused;
                }
                // read again: their change may well be the one we wanted
            }
        }
        throw new RouterException(ref + " was changed by somebody else each of the " + ATTEMPTS
                + " times that it was about to be written; kubectl get -o yaml --show-managed-fields names who");
    }

    private KubeObject replace(KubeObject changed) throws RouterException {
        ObjectRef ref = changed.ref();
        return new KubeObject(ref, ask("update", ref, "PUT", ref.path() + NAMED, changed.tree()));
    }

    private KubeObject replaceStatus(KubeObject changed) throws RouterException {
        ObjectRef ref = changed.ref();
        Kind kind = ref.kind();
        Kind status = new Kind(kind.group(), kind.version(), kind.name(), kind.plural() + "/status");
        try {
            ObjectRef of = new ObjectRef(status, ref.namespace(), ref.name());
            return new KubeObject(ref, ask("update", of, "PUT", ref.path() + "/status" + NAMED, changed.tree()));
        } catch (KubeException refused) {
            if (refused.objectMissing() || refused.kindUnknown()) {
                return replace(changed);
            }
            throw refused;
        }
    }

    private ObjectNode ask(String verb, ObjectRef ref, String method, String path, ObjectNode body)
            throws RouterException {
        if (read == null || !method.equals("GET")) {
            return send(verb, ref, method, path, body);
        }
        Object known = read.get(path);
        if (known == null) {
            try {
                known = send(verb, ref, method, path, body);
            } catch (RouterException refused) {
                known = refused;
            }
            read.put(path, known);
        }
        if (known instanceof RouterException refused) {
            throw refused;
        }
        return ((ObjectNode) known).deepCopy();
    }

    private ObjectNode send(String verb, ObjectRef ref, String method, String path, ObjectNode body)
            throws RouterException {
        String within = ref.kind().equals(NAMESPACE) ? ref.name() : ref.namespace();
        if (!namespaces.test(within)) {
            throw RouterException.permanent("nothing may be done from here in the namespace " + ref.namespace()
                    + ": name one that the cluster is configured for, or have that changed");
        }
        HttpResponse<String> answer = http.ask(verb + " " + ref, method, path, body == null ? null : body.toString());
        JsonNode json = parsed(answer.body());
        if (!answer.isSuccessful()) {
            throw KubeException.of(answer.code(), json, ApiHttp.retryAfterSeconds(answer), verb, ref);
        }
        if (json instanceof ObjectNode object) {
            return object;
        }
        throw new RouterException("the server at " + http.server() + " answered " + verb + " " + ref
                + " with something that is no Kubernetes object; is this a Kubernetes API server?");
    }

    /** What is no JSON is as good as nothing. */
    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body == null ? "" : body);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        release.run();
    }
}
