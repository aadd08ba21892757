package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.Map;

/**
 * What every driver with two Deployments may be told beside its own keys.
 *
 * @param deployment the stable version's Deployment; null for the target's
 * @param canaryDeployment null for the stable Deployment's name and {@code -canary}
 * @param drain how long the canary keeps running after a promotion has taken the traffic off it
 * @param canary whether the rollout makes the canary, and how
 * @param baseline whether the rollout makes a baseline beside the canary
 */
record KubernetesOptions(
        ClusterHome home,
        String deployment,
        String canaryDeployment,
        Duration drain,
        CanaryOptions canary,
        boolean baseline) {

    /** The row of a driver that can split requests three ways. */
    static final String BASELINE_ROW = """
            baseline | boolean | `false` | Makes a third Deployment, of the stable version, as young and as large as the canary, which the canary is compared with; needs `canary: { create: true }`.
            """;

    private static final String ROWS = """
            canaryDeployment | name             | the stable Deployment's, with `-canary` | The canary's Deployment.
            drain            | duration or `0s` | `15s` | How long the canary keeps running after a promotion has moved its traffic away.
            """;

    /** The keys of a driver: its own, and these. */
    static Section keys(String driver, String says, Map<String, KeyType> types, String table) {
        return ClusterHome.keys(driver, says, KeyType.with(types, "canary", CanaryOptions.TYPE), table, ROWS);
    }

    static KubernetesOptions read(YamlObject settings) {
        return new KubernetesOptions(
                ClusterHome.read(settings),
                null,
                settings.get("canaryDeployment"),
                settings.get("drain"),
                CanaryOptions.GIVEN,
                false);
    }

    /** Whether the keys {@code canary} and {@code stable} name one object, which is then reported. */
    static boolean sameVersion(YamlObject settings, String canary, String stable, String kind) {
        boolean same = canary != null && canary.equals(stable);
        if (same) {
            settings.value("stable")
                    .error("canary and stable are the same " + kind, "name the " + kind + " of each version");
        }
        return same;
    }

    /** With the two Deployments named by the driver's own keys, each of which may be null. */
    KubernetesOptions naming(String stable, String canary) {
        return new KubernetesOptions(
                home, stable, canary == null ? canaryDeployment : canary, drain, this.canary, baseline);
    }

    /** With what the driver's own key says of the canary. */
    KubernetesOptions with(CanaryOptions made) {
        return new KubernetesOptions(home, deployment, canaryDeployment, drain, made, baseline);
    }

    /** With what the driver's own keys say of canary and baseline; null after reporting a baseline that cannot be. */
    KubernetesOptions with(CanaryOptions made, YamlObject settings) {
        boolean wanted = settings.get("baseline");
        if (wanted && !made.create()) {
            settings.value("baseline")
                    .error(
                            "a baseline is as young as the canary, and this plan does not make the canary",
                            "write canary: { create: true } beside it, or leave baseline out");
            return null;
        }
        if (wanted && made.dynamicStableScale()) {
            settings.value("baseline")
                    .error(
                            "baseline and dynamicStableScale exclude each other: the stable version must be able to take"
                                    + " the baseline's requests back at once",
                            "leave one of the two out");
            return null;
        }
        return new KubernetesOptions(home, deployment, canaryDeployment, drain, made, wanted);
    }

    /** The name of the stable version's Deployment; "" when nothing names it. */
    String stable(Target target) {
        return deployment == null ? target.deployment() : deployment;
    }

    String canary(Target target) {
        return canaryDeployment == null ? stable(target) + "-canary" : canaryDeployment;
    }
}
