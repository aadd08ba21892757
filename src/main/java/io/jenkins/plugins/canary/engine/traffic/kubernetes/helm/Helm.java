package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.List;

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
