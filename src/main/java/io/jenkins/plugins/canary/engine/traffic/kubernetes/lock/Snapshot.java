package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

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
        Objects.requireNonNull(rollout, "rollout");
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

        public static Template of(String workload, JsonNode template) {
            return new Template(workload, Snapshot.hash(Map.of("template", template.toString()), "Template"), template);
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
    public record Config(String object, String resourceVersion, String hash, Map<String, String> contents) {}

    /** As the journal keeps it. */
    public Snapshot forJournal() {
        return new Snapshot(
                rollout,
                templates.stream()
                        .map(t -> new Template(t.workload(), t.hash(), null))
                        .toList(),
                configs);
    }

    /** As the target's annotation keeps it, which is small. */
    public Snapshot forAnnotation() {
        return new Snapshot(
                rollout,
                templates,
                configs.stream()
                        .map(c -> new Config(c.object(), c.resourceVersion(), c.hash(), null))
                        .toList());
    }

    /** Null when there is none, or it cannot be read. */
    public static Snapshot of(KubeObject target) {
        return target.annotation(ANNOTATION, Snapshot.class);
    }

    /** Lengths stand before the texts, so that no two contents are written alike. */
    public static String hash(Map<String, String> data, String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            data.forEach((name, value) -> mac.update(
                    (name.length() + ":" + name + value.length() + ":" + value).getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(mac.doFinal(), 0, 16);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
