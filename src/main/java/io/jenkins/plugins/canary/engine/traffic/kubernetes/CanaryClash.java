package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.OtherWorkload;
import java.util.Map;
import java.util.Optional;

/**
 * What has the name of the canary or the baseline and is something else.
 *
 * @param what is wrong, after the object's name
 * @param why it hurts
 * @param remedy what to do; a command where there is one
 */
public record CanaryClash(ObjectRef object, String what, String why, String remedy) {

    private static final Map<Track, String> OTHERWISE = Map.of(
            Track.CANARY,
            "name another one with canaryDeployment, or leave out create: true and deploy the canary in the pipeline",
            Track.BASELINE,
            "leave out baseline: true");

    /** A Deployment that the rollout has not made. */
    static CanaryClash of(Track track, KubeObject there) {
        CanaryRecord record = CanaryRecord.of(there);
        return new CanaryClash(
                there.ref(),
                "is there already, and "
                        + (record == null
                                ? "no rollout has made it"
                                : "the rollout " + record.rollout() + " has made it"),
                "a rollout changes and removes only a " + track.word() + " that it has made",
                "kubectl -n " + there.ref().namespace() + " delete deployment "
                        + there.ref().name() + "  # or " + OTHERWISE.get(track));
    }

    /** Before the first shift. */
    static Optional<CanaryClash> find(Workloads workloads, WeightSplit split, boolean create, String rollout)
            throws RouterException {
        KubeObject there = workloads.canary().orElse(null);
        if (!create) {
            return there == null ? otherWorkload(workloads) : Optional.empty();
        }
        Optional<CanaryClash> clash =
                there == null ? foreignEndpoints(workloads, split) : notMade(Track.CANARY, there, rollout);
        return clash.isPresent() || !split.hasBaseline() ? clash : baseline(workloads, rollout);
    }

    private static Optional<CanaryClash> baseline(Workloads workloads, String rollout) throws RouterException {
        Optional<KubeObject> there = workloads.ofBaseline().canary();
        return there.isEmpty() ? Optional.empty() : notMade(Track.BASELINE, there.get(), rollout);
    }

    private static Optional<CanaryClash> notMade(Track track, KubeObject there, String rollout) {
        CanaryRecord record = CanaryRecord.of(there);
        boolean ours = record != null && record.rollout().equals(rollout);
        return ours ? Optional.empty() : Optional.of(of(track, there));
    }

    private static Optional<CanaryClash> otherWorkload(Workloads workloads) throws RouterException {
        ObjectRef canary = workloads.ref(Kind.DEPLOYMENT, workloads.canaryName());
        Optional<OtherWorkload> other = workloads.cluster().insteadOf(canary);
        return other.map(one -> new CanaryClash(
                canary, "is not in the cluster; " + canary.name() + " is a " + one.word(), one.why(), one.remedy()));
    }

    /** A Service that sends to other pods already, although the canary's are not there yet. */
    private static Optional<CanaryClash> foreignEndpoints(Workloads workloads, WeightSplit split)
            throws RouterException {
        PodSelector canary = split.selectors().get(Track.CANARY);
        if (canary == null || !canary.object().kind().equals(Kind.SERVICE)) {
            return Optional.empty();
        }
        // Those that are not ready are the last ones of a canary that has been removed.
        Optional<JsonNode> ready = workloads.endpoints(canary.object().name()).stream()
                .filter(endpoint -> endpoint.at("/conditions/ready").asBoolean(true))
                .findFirst();
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        String pod = ready.get().at("/targetRef/name").asText();
        String to = pod.isEmpty() ? ready.get().at("/addresses/0").asText() : "pod " + pod;
        return Optional.of(new CanaryClash(
                canary.object(),
                "sends to " + to + " already, before the canary's pods are there",
                "a part of the canary's requests would reach pods that are not the version under trial",
                "kubectl -n " + workloads.namespace() + " delete service "
                        + canary.object().name()
                        + "  # the rollout then makes one; or name another one with canary: { service: NAME }"));
    }

    RouterException refusal() {
        return RouterException.permanent(object + " " + what + ", and " + why + "; fix it with: " + remedy);
    }
}
