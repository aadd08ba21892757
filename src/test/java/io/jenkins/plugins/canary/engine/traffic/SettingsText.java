package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.plan.PlanNode;
import io.jenkins.plugins.canary.engine.plan.Problem;
import io.jenkins.plugins.canary.engine.plan.Problems;
import java.io.StringReader;
import java.util.List;
import org.yaml.snakeyaml.Yaml;

/** Reads one driver's settings from YAML text, as they stand in a plan. */
public record SettingsText(RouterSettings settings, List<Problem> problems) {

    public static SettingsText read(RouterDriver driver, String yaml) {
        Problems problems = new Problems();
        PlanNode node = new PlanNode(
                new Yaml().compose(new StringReader(yaml)), "traffic." + driver.name(), problems);
        return new SettingsText(driver.read(node.object()), problems.all());
    }

    /** The only problem, in its printed form. */
    public String onlyProblem() {
        if (problems.size() != 1) {
            throw new AssertionError("expected one problem, found " + problems);
        }
        return problems.get(0).toString();
    }
}
