package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeObject;
import java.util.List;
import java.util.Map;

/**
 * What a rollout's pods are made of when it begins: both versions' pod templates, and the ConfigMaps and Secrets that the
 * canary's names. Of a Secret nothing is kept that tells its contents.
 *
 * @param rollout whose beginning it was
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Snapshot(String rollout, List<Template> templates, List<Config> configs) {

    public static final String ANNOTATION = "canary-release.jenkins.io/configuration";

    public Snapshot {
        templates = List.copyOf(templates);
        configs = List.copyOf(configs);
    }

    /**
     * @param workload {@code Deployment api}
     * @param hash of the template
     * @param template as the API server had it; null in the journal, since people write secrets into templates
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Template(String workload, String hash, JsonNode template) {

        static Template of(String workload, JsonNode template) {
            return new Template(workload, ConfigReader.hash(Map.of("template", template.toString()), "Template"), template);
        }
    }

    /**
     * @param object {@code ConfigMap api-settings}
     * @param resourceVersion null when there was no such object, or it could not be read
     * @param hash of its contents; null as above. A Secret's is keyed with its uid, so that nobody can guess contents
     *     by it who cannot read the Secret
     * @param contents of a ConfigMap that is not too long; else null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Config(String object, String resourceVersion, String hash, Map<String, String> contents) {

        Config withoutContents() {
            return new Config(object, resourceVersion, hash, null);
        }
    }

    /** As the journal keeps it. */
    public Snapshot forJournal() {
        return new Snapshot(rollout,
                templates.stream().map(t -> new Template(t.workload(), t.hash(), null)).toList(), configs);
    }

    /** As the target's annotation keeps it, which is small. */
    String text() {
        try {
            return Cluster.JSON.writeValueAsString(new Snapshot(
                    rollout, templates, configs.stream().map(Config::withoutContents).toList()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Null when there is none, or it cannot be read. */
    static Snapshot of(KubeObject target) {
        String text = target.annotation(ANNOTATION);
        try {
            return text == null ? null : Cluster.JSON.readValue(text, Snapshot.class);
        } catch (JsonProcessingException notOurs) {
            return null;
        }
    }
}
