package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One cluster's API server, reduced to what drivers do with objects: read, list, create, replace. Every write
 * of an existing object carries the resourceVersion that was read, so that it never overwrites what it has not seen.
 * Safe for use by several threads; each call blocks for ten seconds at most.
 */
public final class Cluster implements AutoCloseable {

    public static final ObjectMapper JSON = new ObjectMapper(BoundedJson.factory());

    private static final Kind REVIEW =
            new Kind("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews");

    private final KubernetesClient client;
    private final ApiHttp http;
    private final Runnable release;
    private final Predicate<String> namespaces;

    private Cluster(KubernetesClient client, Runnable release, Predicate<String> namespaces) {
        this.client = client;
        this.http = new ApiHttp(client);
        this.release = release;
        this.namespaces = namespaces;
    }

    /** Closing the cluster closes the client. */
    public static Cluster owning(KubernetesClient client) {
        return new Cluster(client, client::close, any -> true);
    }

    /** The client is shared with others, and stays open. */
    public static Cluster sharing(KubernetesClient client) {
        return new Cluster(client, () -> {}, any -> true);
    }

    /** The same cluster, of which nothing outside of these namespaces is read or changed. */
    public Cluster within(Predicate<String> allowed) {
        return new Cluster(client, release, allowed);
    }

    /** The namespace of the kubeconfig's context or of the pod's service account; null when neither says one. */
    public String defaultNamespace() {
        return client.getNamespace();
    }

    public Optional<KubeObject> find(ObjectRef ref) throws RouterException {
        try {
            return Optional.of(new KubeObject(ref, ask("get", ref, "GET", ref.path(), null)));
        } catch (Refusal refusal) {
            if (refusal.code == 404 && refusal.aboutTheObject) {
                return Optional.empty();
            }
            throw refusal.translated;
        }
    }

    /**
     * @throws RouterException permanent when there is no such object
     */
    public KubeObject get(ObjectRef ref) throws RouterException {
        return find(ref).orElseThrow(() -> RouterException.permanent("there is no " + ref + " in the cluster"));
    }

    /**
     * @param labels a label selector: {@code app=api,track=canary}
     */
    public List<KubeObject> list(Kind kind, String namespace, String labels) throws RouterException {
        ObjectRef all = new ObjectRef(kind, namespace, "*");
        try {
            JsonNode items = ask(
                            "list", all, "GET", kind.path(namespace) + "?labelSelector=" + Kind.encoded(labels), null)
                    .path("items");
            List<KubeObject> found = new ArrayList<>();
            for (JsonNode item : items) {
                found.add(new KubeObject(
                        new ObjectRef(
                                kind,
                                namespace,
                                item.path("metadata").path("name").asText()),
                        (ObjectNode) item));
            }
            return found;
        } catch (Refusal refusal) {
            throw refusal.translated;
        }
    }

    /** All objects of a kind that the cluster may not know: then there are none. */
    public List<KubeObject> listKnown(Kind kind, String namespace) throws RouterException {
        try {
            return list(kind, namespace, "");
        } catch (UnknownKindException notThere) {
            return List.of();
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
        if (resource.length > 1) {
            asked.put("subresource", resource[1]);
        }
        try {
            return ask(
                            "create",
                            new ObjectRef(REVIEW, namespace, "*"),
                            "POST",
                            "/apis/" + REVIEW.apiVersion() + "/" + REVIEW.plural(),
                            review)
                    .at("/status/allowed")
                    .asBoolean();
        } catch (Refusal refusal) {
            throw refusal.translated;
        }
    }

    /**
     * @param tree the object without apiVersion and kind; its metadata gets name and namespace
     * @throws ConflictException when there is one of that name already
     */
    public KubeObject create(ObjectRef ref, ObjectNode tree) throws RouterException {
        tree.put("apiVersion", ref.kind().apiVersion());
        tree.put("kind", ref.kind().name());
        tree.withObject("/metadata").put("name", ref.name()).put("namespace", ref.namespace());
        try {
            return new KubeObject(ref, ask("create", ref, "POST", ref.kind().path(ref.namespace()), tree));
        } catch (Refusal refusal) {
            throw refusal.translated;
        }
    }

    /**
     * @param changed the object as read, with its resourceVersion, changed
     * @throws ConflictException when somebody else changed it since it was read
     */
    public KubeObject replace(KubeObject changed) throws RouterException {
        if (changed.resourceVersion().isEmpty()) {
            throw new IllegalArgumentException(changed.ref() + " was not read from a cluster");
        }
        try {
            return new KubeObject(
                    changed.ref(),
                    ask("update", changed.ref(), "PUT", changed.ref().path(), changed.tree()));
        } catch (Refusal refusal) {
            throw refusal.translated;
        }
    }

    /**
     * Replaces an object's status by its status subresource; where its kind has none, with the whole object.
     *
     * @param changed the object as read, with its resourceVersion, its status changed
     * @throws ConflictException when somebody else changed it since it was read
     */
    public KubeObject replaceStatus(KubeObject changed) throws RouterException {
        ObjectRef ref = changed.ref();
        Kind kind = ref.kind();
        ObjectRef status = new ObjectRef(
                new Kind(kind.group(), kind.version(), kind.name(), kind.plural() + "/status"),
                ref.namespace(),
                ref.name());
        try {
            return new KubeObject(ref, ask("update", status, "PUT", ref.path() + "/status", changed.tree()));
        } catch (Refusal refusal) {
            if (refusal.code == 404) {
                return replace(changed);
            }
            throw refusal.translated;
        }
    }

    private ObjectNode ask(String verb, ObjectRef ref, String method, String path, ObjectNode body)
            throws Refusal, RouterException {
        if (!namespaces.test(ref.namespace())) {
            throw RouterException.permanent("nothing may be done from here in the namespace " + ref.namespace()
                    + ": name one that the cluster is configured for, or have that changed");
        }
        HttpResponse<String> answer = http.ask(verb + " " + ref, method, path, body == null ? null : body.toString());
        JsonNode json = parsed(answer.body());
        if (!answer.isSuccessful()) {
            throw new Refusal(
                    answer.code(),
                    KubeErrors.namesTheObject(json),
                    KubeErrors.translate(answer.code(), json, ApiHttp.retryAfterSeconds(answer), verb, ref));
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

    /** A refusal with its status, before anybody has decided whether it matters. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private final int code;
        private final boolean aboutTheObject;
        private final RouterException translated;

        Refusal(int code, boolean aboutTheObject, RouterException translated) {
            super(null, null, false, false);
            this.code = code;
            this.aboutTheObject = aboutTheObject;
            this.translated = translated;
        }
    }
}
