package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.engine.yaml.Problems;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.io.StringReader;
import java.util.List;
import org.yaml.snakeyaml.Yaml;

/** Reads one driver's settings from YAML text, as they stand in a plan. */
public record SettingsText(RouterSettings settings, List<Problem> problems) {

    public static SettingsText read(RouterDriver driver, String yaml) {
        Problems problems = new Problems();
        YamlNode node = new YamlNode(new Yaml().compose(new StringReader(yaml)), "traffic." + driver.name(), problems);
        return new SettingsText(driver.read(driver.keys().at(node)), problems.all());
    }

    /** The only problem, in its printed form. */
    public String onlyProblem() {
        if (problems.size() != 1) {
            throw new AssertionError("expected one problem, found " + problems);
        }
        return problems.get(0).toString();
    }
}
