package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmDriver.HelmSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmDriver.ValueKeys;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmState.HelmTrial;
import java.util.ArrayList;
import java.util.List;

/** One release, read and written by Helm's commands. Keeps no state. */
record HelmRelease(Helm helm, HelmSettings settings, String rollout) {

    /** @throws RouterException permanent when there is no such release */
    HelmState read() throws RouterException {
        JsonNode history = json("history", settings.release());
        JsonNode latest = history.path(history.size() - 1);
        int revision = latest.path("revision").asInt();
        JsonNode values = json("get", "values", settings.release(), "--all", "--revision", String.valueOf(revision));
        HelmTrial trial = trial(history);
        ValueKeys keys = settings.keys();
        boolean enabled = ValueKeys.get(values, keys.enabled()).asBoolean();
        String tag = ValueKeys.get(values, keys.tag()).asText("");
        boolean look = trial != null && (enabled || tag.equals(trial.to()));
        return new HelmState(
                revision,
                latest.path("status").asText(),
                latest.path("updated").asText(),
                values,
                enabled,
                HelmState.weight(ValueKeys.get(values, keys.weight())),
                ValueKeys.get(values, keys.canaryTag()).asText(""),
                tag,
                trial,
                onlyOurs(history, trial),
                look ? pods(trial.to()) : HelmState.Pods.NOT_LOOKED_AT);
    }

    /** The newest record of this rollout, unless the rollout has ended with going back. */
    private HelmTrial trial(JsonNode history) {
        List<Integer> backTo = new ArrayList<>();
        for (int i = history.size() - 1; i >= 0; i--) {
            String description = history.path(i).path("description").asText();
            HelmTrial trial = HelmTrial.in(description);
            if (trial != null && trial.rollout().equals(rollout)) {
                return trial.out() || backTo.contains(trial.before()) ? null : trial;
            }
            if (description.matches("Rollback to \\d{1,9}")) {
                backTo.add(Integer.valueOf(description.substring("Rollback to ".length())));
            }
        }
        return null;
    }

    /** A revision that failed counts for nobody: it is in force nowhere. */
    private boolean onlyOurs(JsonNode history, HelmTrial trial) {
        boolean kept = false;
        if (trial == null) {
            return false;
        }
        for (JsonNode one : history) {
            int revision = one.path("revision").asInt();
            kept |= revision == trial.before();
            HelmTrial by = HelmTrial.in(one.path("description").asText());
            boolean ours = by != null && by.rollout().equals(rollout);
            if (revision > trial.before()
                    && !ours
                    && !one.path("status").asText().equals("failed")) {
                return false;
            }
        }
        return kept;
    }

    private HelmState.Pods pods(String version) throws RouterException {
        JsonNode resources = json("status", settings.release(), "--show-resources")
                .path("info")
                .path("resources");
        boolean ready = true;
        boolean runOther = false;
        String progress = "";
        List<KubeObject> canaries = new ArrayList<>();
        for (JsonNode tree : resources.path("v1/Deployment")) {
            KubeObject object = new KubeObject(
                    new ObjectRef(
                            Kind.DEPLOYMENT,
                            tree.path("metadata").path("namespace").asText(),
                            tree.path("metadata").path("name").asText()),
                    (ObjectNode) tree);
            Workload deployment = Workload.of(object);
            boolean runs = deployment.images().values().stream()
                    .anyMatch(image -> image.endsWith(":" + version) || image.endsWith("@" + version));
            if (runs) {
                canaries.add(object);
            }
            runOther |= !runs;
            if (!deployment.rolledOut()) {
                ready = false;
                progress = deployment.ref() + ": " + deployment.progress();
            }
        }
        return new HelmState.Pods(
                ready, !canaries.isEmpty(), runOther, progress, canaries.size() == 1 ? canaries.get(0) : null);
    }

    /** The chart that the release was made of, at the version that it has: nothing but values is to change. */
    void requireSameChart() throws RouterException {
        if (!settings.chartIsHere()) {
            return; // asked for with the release's own version
        }
        JsonNode metadata = json("get", "metadata", settings.release());
        String is =
                metadata.path("chart").asText() + " " + metadata.path("version").asText();
        String shown = helm.run(List.of("show", "chart", settings.chart()), "");
        String would = field(shown, "name") + " " + field(shown, "version");
        if (!would.equals(is)) {
            throw RouterException.permanent("the release " + settings.release() + " was made of the chart " + is
                    + ", and "
                    + settings.chart() + " is " + would + ": the canary would change more than the version. Upgrade the"
                    + " release to that chart first, or give the chart that it has");
        }
    }

    private static String field(String chart, String name) {
        return chart.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1)
                        .replaceAll("[\"']", "")
                        .trim())
                .findFirst()
                .orElse("?");
    }

    /**
     * {@code helm upgrade --reuse-values}.
     *
     * @param trial our record; null for none
     */
    void upgrade(ObjectNode values, HelmTrial trial) throws RouterException {
        List<String> arguments = new ArrayList<>(
                List.of("upgrade", settings.release(), settings.chart(), "--reuse-values", "--values", "-"));
        if (trial != null) {
            arguments.addAll(List.of("--description", trial.description()));
        }
        if (!settings.chartIsHere()) {
            String version =
                    json("get", "metadata", settings.release()).path("version").asText();
            arguments.addAll(List.of("--version", version));
        }
        helm.run(arguments, values.toString());
    }

    void rollback(int revision) throws RouterException {
        helm.run(List.of("rollback", settings.release(), String.valueOf(revision)), "");
    }

    private JsonNode json(String... command) throws RouterException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--output", "json"));
        try {
            return Cluster.JSON.readTree(helm.run(arguments, ""));
        } catch (JsonProcessingException e) {
            throw new RouterException("helm " + command[0] + " answered something that is not JSON; is '"
                    + settings.command() + "' Helm 3?");
        }
    }

    /** Something that understands Helm's commands. */
    interface Helm {

        /**
         * @param arguments after {@code helm}: {@code history, api, -o, json}
         * @param input what the command reads from its standard input; "" for nothing
         * @return its standard output
         * @throws RouterException when it ends with an error, or not in time
         */
        String run(List<String> arguments, String input) throws RouterException;
    }
}
