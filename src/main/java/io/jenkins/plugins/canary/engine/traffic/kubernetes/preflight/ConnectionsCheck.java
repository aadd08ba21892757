package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Both versions at once, and the pods that a promotion adds, fit into the database's connections. */
final class ConnectionsCheck implements PreflightCheck {

    /** Of a Deployment's rolling update, when nothing is said. */
    private static final String SURGE = "25%";

    @Override
    public String name() {
        return "database";
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        PreflightSettings.Database database = clusterContext.plan().database();
        if (database == null) {
            return List.of();
        }
        List<PreflightFinding> found = new ArrayList<>();
        long connections = 0;
        List<String> sum = new ArrayList<>();
        for (PodOwner version : clusterContext.versions()) {
            OptionalLong pool = pool(version, database.pool());
            if (pool.isEmpty()) {
                found.add(PreflightFinding.warning(
                        name(),
                        version.ref(),
                        "has no environment variable " + database.pool() + " with a number in it",
                        "whether both versions together have enough connections is not known",
                        clusterContext.kubectl() + " set env " + version.named() + " " + database.pool() + "=20"));
                continue;
            }
            int pods = version.replicas()
                    + (version.ref().equals(clusterContext.clusterContext().stable()) ? surge(version) : 0);
            connections += pods * pool.getAsLong();
            sum.add(pods + " pods of " + version.ref().name() + " x " + pool.getAsLong());
        }
        if (connections > database.maxConnections()) {
            found.add(PreflightFinding.error(
                    name(),
                    clusterContext.clusterContext().target(),
                    "needs up to " + connections
                            + " database connections (" + String.join(", ", sum) + "), and there are "
                            + database.maxConnections(),
                    "old pods keep theirs while new ones open their own: past the maximum every request that needs one fails,"
                            + " on both versions",
                    "make the pools smaller, run fewer pods, or raise the database's maximum to " + connections));
        }
        return found;
    }

    private static OptionalLong pool(PodOwner version, String pool) {
        if (pool.matches("\\d{1,9}")) {
            return OptionalLong.of(Long.parseLong(pool));
        }
        for (JsonNode container : version.pod().path("containers")) {
            for (JsonNode variable : container.path("env")) {
                if (variable.path("name").asText().equals(pool)
                        && variable.path("value").asText().matches("\\d{1,9}")) {
                    return OptionalLong.of(variable.path("value").asLong());
                }
            }
        }
        return OptionalLong.empty();
    }

    /** The pods that a rolling update adds before it takes old ones away, rounded up as the controller does. */
    private static int surge(PodOwner version) {
        String surge = version.object()
                .tree()
                .at("/spec/strategy/rollingUpdate/maxSurge")
                .asText(SURGE);
        String digits = surge.replace("%", "");
        if (!digits.matches("\\d{1,6}")) {
            return 0;
        }
        int number = Integer.parseInt(digits);
        return surge.endsWith("%") ? (int) Math.ceil(version.replicas() * number / 100.0) : number;
    }
}
