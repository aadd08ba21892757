package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Map;

/** A driver {@code fake} that moves nothing, for tests of plans. It refuses one weight if told to. */
public final class FakeDriver implements RouterDriver {

    private static final Section KEYS = Section.of("fake", "Moves nothing.", Map.of(), """
            refuses | weight | none | The weight that it refuses.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public boolean canMatch() {
        return true;
    }

    @Override
    public boolean canMirror() {
        return true;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        return new Settings(settings.get("refuses"));
    }

    record Settings(Weight refused) implements RouterSettings {
        @Override
        public String driver() {
            return "fake";
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            throw new RouterException("a fake opens nothing");
        }

        @Override
        public String refusal(Weight weight) {
            return weight.equals(refused) ? "the fake refuses " + weight : null;
        }
    }
}
