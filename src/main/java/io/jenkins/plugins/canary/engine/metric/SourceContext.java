package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a plan's metrics need to know of the rollout and of where the engine runs.
 *
 * @param version the new version; null when the rollout was started without one
 * @param servers the Prometheus servers that are configured where the engine runs, by name
 * @param addresses which addresses of the plan may be connected to
 * @param began when the rollout began; null where there is none
 */
public record SourceContext(
        Target target,
        String version,
        Secrets secrets,
        Function<String, Optional<ConfiguredServer>> servers,
        AddressPolicy addresses,
        Instant began) {

    /** Where there is no rollout. */
    public SourceContext(
            Target target,
            String version,
            Secrets secrets,
            Function<String, Optional<ConfiguredServer>> servers,
            AddressPolicy addresses) {
        this(target, version, secrets, servers, addresses, null);
    }

    /** The same, of a rollout that began then. */
    public SourceContext since(Instant beginning) {
        return new SourceContext(target, version, secrets, servers, addresses, beginning);
    }

    /** For who runs the engine with their own rights: no configured servers, and whatever the plan names is connected to. */
    public static SourceContext of(Target target, String version, Secrets secrets) {
        return new SourceContext(target, version, secrets, name -> Optional.empty(), AddressPolicy.UNRESTRICTED);
    }

    /** Every placeholder that is the same for all queries of the rollout; null values for those unknown here. */
    public Map<String, String> placeholders() {
        Map<String, String> values = new HashMap<>();
        values.put("target", target == null ? null : orNull(target.deployment()));
        values.put("namespace", target == null ? null : orNull(target.namespace()));
        values.put("version", orNull(version));
        return values;
    }

    private static String orNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /**
     * An address of the plan that belongs to one track, its placeholders filled.
     *
     * @throws IllegalArgumentException when a placeholder is unknown or has no value here
     */
    public String url(String address, Track track) {
        Map<String, String> values = placeholders();
        values.put("track", track.word());
        return new Template(address, values).url();
    }
}
