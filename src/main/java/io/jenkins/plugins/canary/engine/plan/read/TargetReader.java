package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.regex.Pattern;

/** Reads {@code target:}, what is released. */
final class TargetReader {

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern DEPLOYMENT =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final String REMEDY = "use lower-case letters, digits and '-', as Kubernetes does";

    private TargetReader() {}

    static Target read(YamlNode node) {
        YamlObject o = Section.TARGET.at(node);
        return new Target(
                o.get("namespace", n -> n.matching(NAMESPACE, "a namespace", REMEDY), ""),
                o.get("deployment", n -> n.matching(DEPLOYMENT, "a deployment's name", REMEDY), ""));
    }
}
