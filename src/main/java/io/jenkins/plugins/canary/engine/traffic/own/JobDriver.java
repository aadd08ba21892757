package io.jenkins.plugins.canary.engine.traffic.own;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code job: { name: ops/shift-traffic, parameters: { SERVICE: payment }, observeEvery: 5m, timeout: 10m }}. */
public final class JobDriver implements RouterDriver {

    /** What every run is told; a plan's own parameters have other names. */
    public static final String ACTION = "ACTION";

    public static final String WEIGHT = "WEIGHT";
    public static final String VERSION = "VERSION";
    public static final String ROLLOUT = "CANARY_ROLLOUT";

    private static final String NAME = "job";

    /** From the root: a plan is not in a folder. */
    private static final Pattern FULL_NAME = Pattern.compile("(?!.*//)[^/\\s](.*[^/])?");

    private static final Section KEYS = Section.of(
            "jobRouter",
            "A job in Jenkins that moves the traffic with your own scripts.",
            Map.of(
                    "job",
                            KeyType.matching(
                                    "full name",
                                    FULL_NAME,
                                    "a job's full name",
                                    "write the folders and the name, without a slash before them: ops/shift-traffic"),
                    "parameters", KeyType.byName("texts by name", KeyType.SCALAR, JobDriver::parameters),
                    "timeout", KeyType.string("duration, at most `2h`", KeyType.DURATION, JobDriver::timeout)),
            """
            name         | job        | required, `ops/shift-traffic` | The job, with its folders.
            parameters   | parameters | none  | More parameters for each run, such as `{ SERVICE: payment }`.
            observeEvery | duration   | `5m`  | How old the last answer may be while nothing is asked for.
            timeout      | timeout    | `10m` | For one run, its time in the queue included; then it is stopped.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        String job = settings.get("name");
        Map<String, String> parameters = settings.getOr("parameters", Map.of());
        Duration observeEvery = settings.get("observeEvery");
        Duration timeout = settings.get("timeout");
        return job == null ? null : new JobSettings(job, parameters, observeEvery, timeout);
    }

    private static Map<String, String> parameters(YamlNode value) {
        YamlObject o = value.object();
        for (String reserved : Set.of(ACTION, WEIGHT, VERSION, ROLLOUT)) {
            if (o.has(reserved)) {
                o.key(reserved).error("each run is told its " + reserved + " already", "remove it");
            }
        }
        return o.map(name -> o.value(name).text());
    }

    private static Duration timeout(YamlNode value) {
        return value.checked(
                value.positive(),
                d -> d.compareTo(Duration.ofHours(2)) <= 0,
                "a run that moves traffic takes at most 2h",
                "write for example 10m");
    }

    /**
     * @param job full name
     * @param parameters those of the plan; runs with other values are about something else
     * @param observeEvery how old the last answer may be while nothing is asked for
     * @param timeout for one run, its time in the queue included
     */
    public record JobSettings(String job, Map<String, String> parameters, Duration observeEvery, Duration timeout)
            implements RouterSettings {

        public JobSettings {
            parameters = Map.copyOf(parameters);
        }

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public Object place(Target target, ClusterAccess clusters) {
            return List.of(NAME, job, parameters);
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            return JobLauncher.available()
                    .orElseThrow(() -> RouterException.permanent("the job " + job
                            + " is Jenkins': this router works in Jenkins only, see docs/drivers/job.md"))
                    .open(this, context);
        }
    }
}
