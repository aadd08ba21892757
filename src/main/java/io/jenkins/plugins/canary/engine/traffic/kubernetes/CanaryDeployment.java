package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The Deployment that a rollout makes from the stable one, scales and removes: the canary's, or the baseline's, which runs
 * what the stable version ran when it was made. Keeps no state.
 *
 * @param workloads in which it stands in the canary's place
 */
record CanaryDeployment(
        Workloads workloads, WeightSplit split, CanaryOptions options, String rollout, String version, Track track) {

    /** Tools that take what carries their labels for their own would delete it: it is in none of their sources. */
    private static final Pattern OTHERS_LABELS = Pattern.compile(
            "app\\.kubernetes\\.io/(instance|managed-by)|helm\\.sh/.*|argocd\\.argoproj\\.io/.*|.*\\.toolkit\\.fluxcd\\.io/.*");

    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final String PRODUCT = "canary-release";

    private ObjectRef ref() {
        return workloads.ref(Kind.DEPLOYMENT, workloads.canaryName());
    }

    /** The one that this rollout has made; empty when it has made none, or it is gone. */
    Optional<KubeObject> made() throws RouterException {
        return workloads.canary().filter(this::isOurs);
    }

    private boolean isOurs(KubeObject deployment) {
        CanaryRecord record = CanaryRecord.of(deployment);
        return record != null && record.rollout().equals(rollout);
    }

    /**
     * Makes it when it is missing, and scales it up to what a weight needs.
     *
     * @param owner goes together with it; null for the stable version's Deployment
     * @return what it is now
     * @throws RouterException permanent when there is one that this rollout has not made, or it cannot be made
     */
    KubeObject prepare(Weight weight, KubeObject owner, long now) throws RouterException {
        KubeObject stable = workloads.stable();
        int needs = pods(stable, weight);
        KubeObject there = workloads.canary().orElse(null);
        if (there == null) {
            there = make(
                    stable,
                    owner == null ? stable : owner,
                    needs,
                    new CanaryRecord(rollout, version, weight, CanaryRecord.Stage.MOVING, now));
        }
        if (!isOurs(there)) {
            throw CanaryClash.of(track, there).refusal();
        }
        if (CanaryRecord.of(there).wanted().equals(weight) && Workload.of(there).replicas() >= needs) {
            makeService(there);
            return there;
        }
        KubeObject scaled = workloads.cluster().edit(ref(), seen -> {
            mark(seen, CanaryRecord.Stage.MOVING, weight, now);
            seen.tree()
                    .withObject("/spec")
                    .put("replicas", Math.max(needs, Workload.of(seen).replicas()));
            return true;
        });
        makeService(scaled);
        return scaled;
    }

    /** As many as its share of the requests needs. */
    private int pods(KubeObject stable, Weight canary) {
        Weight share =
                track == Track.BASELINE ? TrafficSplit.withBaseline(canary).baseline() : canary;
        return options.replicas().of(StableReplicas.original(stable, rollout), share);
    }

    /** The weight is in force: no more pods than it needs. */
    void served(Weight weight, long now) throws RouterException {
        int needs = pods(workloads.stable(), weight);
        workloads.cluster().edit(ref(), seen -> {
            boolean settled = CanaryRecord.of(seen).stage() == CanaryRecord.Stage.SERVING
                    && Workload.of(seen).replicas() == needs;
            mark(seen, CanaryRecord.Stage.SERVING, weight, now);
            seen.tree().withObject("/spec").put("replicas", needs);
            return !settled;
        });
    }

    /** Notes how far its end has come; the record that it has then says since when. */
    KubeObject end(CanaryRecord.Stage stage, long now) throws RouterException {
        return workloads.cluster().edit(ref(), seen -> {
            boolean other = CanaryRecord.of(seen).stage().compareTo(stage) < 0;
            if (other) {
                mark(seen, stage, Weight.ZERO, now);
            }
            return other;
        });
    }

    private static void mark(KubeObject seen, CanaryRecord.Stage stage, Weight weight, long now) {
        seen.annotate(CanaryRecord.ANNOTATION, CanaryRecord.of(seen).at(stage, weight, now));
    }

    /** Its Service goes with it where the rollout has made that too. */
    void remove(KubeObject made) throws RouterException {
        workloads.cluster().delete(made);
    }

    /**
     * What it waits for before it can serve; null when every pod that it should have is available.
     *
     * @throws RouterException permanent when its pods will not get ready
     */
    String waitsFor(KubeObject made, long now) throws RouterException {
        Workload canary = Workload.of(made);
        if (canary.rolledOut()) {
            return null;
        }
        CanaryHealth pods = PodHealth.of(workloads, null, now);
        String refused = made.condition("ReplicaFailure").path("message").asText();
        String says = canary.available() + " of " + canary.replicas() + " pods ready"
                + (pods.detail().isEmpty() ? "" : " (" + pods.detail() + ")")
                + (refused.isEmpty() ? "" : ": " + refused);
        if (canary.observed() && canary.stalled() != null) {
            throw RouterException.permanent(made.ref() + " does not get ready: " + canary.stalled() + "; " + says);
        }
        return "the " + track.word() + "'s pods start: " + says;
    }

    private KubeObject make(KubeObject stable, KubeObject owner, int replicas, CanaryRecord record)
            throws RouterException {
        KubeObject made = new KubeObject(ref(), Cluster.JSON.createObjectNode());
        PodSelector own = split.selectors().get(track);
        Map<String, String> labels = CanaryLabels.of(stable, stableSelector(), track, own, version);
        ObjectNode metadata = made.tree().withObject("/metadata");
        stable.metadata().path("labels").properties().forEach(label -> {
            if (!OTHERS_LABELS.matcher(label.getKey()).matches()) {
                metadata.withObject("/labels").set(label.getKey(), label.getValue());
            }
        });
        ours(metadata);
        owned(metadata, owner);
        made.annotate(CanaryRecord.ANNOTATION, record);
        ObjectNode spec = stable.spec().deepCopy();
        made.tree().set("spec", spec);
        spec.put("replicas", replicas).remove(List.of("paused", "selector"));
        ObjectNode selector = spec.withObject("/selector/matchLabels");
        CanaryLabels.matched(stable).keySet().forEach(key -> selector.put(key, labels.get(key)));
        selector.put(CanaryLabels.TRACK, labels.get(CanaryLabels.TRACK));
        ObjectNode carried = spec.withObject("/template/metadata").putObject("labels");
        labels.forEach(carried::put);
        if (track == Track.CANARY) {
            ObjectNode container = TrialTemplate.container(made, stable.ref(), options.container());
            container.put("image", options.image().of(container.path("image").asText(), version));
        }
        workloads.cluster().create(ref(), made.tree());
        return workloads.cluster().get(ref());
    }

    private PodSelector stableSelector() throws RouterException {
        PodSelector stable = split.selectors().get(Track.STABLE);
        if (stable == null) {
            throw RouterException.permanent("nothing is known that selects the pods of the stable version "
                    + workloads.ref(Kind.DEPLOYMENT, workloads.stableName())
                    + ", so no " + track.word() + " can be told from it: is its Service there?");
        }
        return stable;
    }

    /** Its Service, where there is none: a copy of the stable version's with the labels of its pods. */
    private void makeService(KubeObject deployment) throws RouterException {
        PodSelector requests = stableSelector();
        if (!requests.object().kind().equals(Kind.SERVICE) || split.selectors().containsKey(track)) {
            return;
        }
        KubeObject from = workloads.cluster().get(requests.object());
        ObjectNode made = Cluster.JSON.createObjectNode();
        owned(made.withObject("/metadata"), deployment);
        ours(made.withObject("/metadata"));
        ObjectNode spec = made.putObject("spec");
        Map<String, String> labels = PodSelector.podLabels(deployment);
        requests.labels().keySet().forEach(key -> spec.withObject("/selector").put(key, labels.get(key)));
        for (String same : List.of(
                "ports", "sessionAffinity", "sessionAffinityConfig", "internalTrafficPolicy", "ipFamilyPolicy")) {
            if (from.spec().has(same)) {
                spec.set(same, from.spec().get(same).deepCopy());
            }
        }
        if (from.spec().path("clusterIP").asText().equals("None")) {
            spec.put("clusterIP", "None");
        }
        spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
        boolean named = track == Track.CANARY && options.service() != null;
        String name = named ? options.service() : workloads.canaryName();
        workloads.cluster().create(workloads.ref(Kind.SERVICE, name), made);
    }

    private void ours(ObjectNode metadata) {
        metadata.withObject("/labels").put(MANAGED_BY, PRODUCT).put(CanaryLabels.TRACK, track.word());
    }

    /** Goes with its owner when that is deleted. */
    private static void owned(ObjectNode metadata, KubeObject owner) {
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", owner.ref().kind().apiVersion())
                .put("kind", owner.ref().kind().name())
                .put("name", owner.ref().name())
                .put("uid", owner.metadata().path("uid").asText());
    }
}
