package io.jenkins.plugins.canary.standalone.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The home of a Jenkins to be measured: its plugins, a person who may read and build, and jobs. */
final class JenkinsHome {

    static final String PERSON = "bench";
    /** The API token of that person, in the form that Jenkins wants: to check a password takes a tenth of a second. */
    static final String TOKEN = "11" + "0123456789abcdef".repeat(2);

    static final int BUILDS = 200;
    static final int ROLLOUTS_EACH = 5;
    static final int ROLLOUTS = BUILDS * ROLLOUTS_EACH;
    static final int INTERVAL_SECONDS = 15;
    /** Both within what is measured: each rollout goes on to its second phase once. */
    static final int FIRST_HOLD_SECONDS = 300;

    private static final String PLUGIN = "canary-release.hpi";

    private static final String READY = """
            import hudson.model.Item
            import hudson.security.GlobalMatrixAuthorizationStrategy
            import hudson.security.HudsonPrivateSecurityRealm
            import jenkins.model.Jenkins
            import jenkins.model.JenkinsLocationConfiguration
            import jenkins.security.ApiTokenProperty
            import org.jenkinsci.plugins.matrixauth.PermissionEntry
            import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition
            import org.jenkinsci.plugins.workflow.job.WorkflowJob

            def jenkins = Jenkins.get()
            jenkins.noUsageStatistics = true
            jenkins.quietPeriod = 0
            JenkinsLocationConfiguration.get().url = 'ADDRESS'
            if (jenkins.pluginManager.getPlugin('canary-release') != null) {
              def type = jenkins.pluginManager.uberClassLoader.loadClass('io.jenkins.plugins.canary.config.CanaryConfiguration')
              type.get().allowedAddresses = '127.0.0.1'
            }
            if (!(jenkins.securityRealm instanceof HudsonPrivateSecurityRealm)) {
              def realm = new HudsonPrivateSecurityRealm(false)
              def person = realm.createAccount('PERSON', UUID.randomUUID().toString())
              person.getProperty(ApiTokenProperty).addFixedNewToken('bench', 'TOKEN')
              person.save()
              jenkins.securityRealm = realm
              def matrix = new GlobalMatrixAuthorizationStrategy()
              [Jenkins.READ, Item.READ, Item.BUILD].each { matrix.add(it, PermissionEntry.user('PERSON')) }
              jenkins.authorizationStrategy = matrix
            }
            new File(jenkins.rootDir, 'bench').listFiles().each { file ->
              if (jenkins.getItem(file.name) == null) {
                jenkins.createProject(WorkflowJob, file.name).definition = new CpsFlowDefinition(file.text, true)
              }
            }
            jenkins.save()
            """;

    /** As users write them: examples/haproxy.yaml's gate and abort rules, asked of a Prometheus every 15 s. */
    private static final String PLAN = """
            name: NAME
            traffic: { http: { url: "http://127.0.0.1:PORT/router/NAME" } }
            metrics:
              prometheus: { url: "http://127.0.0.1:PORT/prometheus", interval: 15s, scrapeInterval: 15s }
              window: 1m
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases:
              - { name: Initial, weight: 5, hold: HOLDs }
              - { name: Ramp 1, weight: 10, hold: 24h }
              - { name: Ramp 2, weight: 25, hold: 24h }
              - { name: Ramp 3, weight: 50, hold: 24h }
              - { name: Full, weight: 100 }
            gate:
              - { metric: success-rate, min: 99% }
              - { metric: latency, quantile: 0.5, max: 100ms }
              - { metric: latency, quantile: 0.99, max: 500ms, versusStable: { maxIncrease: 20% } }
              - { metric: error-rate, max: 1% }
              - { metric: 5xx-rate, max: 0.1% }
            abort:
              - { metric: success-rate, min: 95% }
              - { metric: error-rate, max: 5% }
              - { metric: latency, quantile: 0.99, max: 2s }
            """;

    private JenkinsHome() {}

    /**
     * @param plugins a folder of them, this one among them
     * @param services port of {@link JenkinsServices}; 0 for a home without this plugin, whose builds sleep instead
     * @param address of the Jenkins
     */
    static void make(Path home, Path plugins, int services, String address) throws IOException {
        Path into = Files.createDirectories(home.resolve("plugins"));
        try (Stream<Path> all = Files.list(plugins)) {
            for (Path plugin : all.filter(p -> p.toString().endsWith(".hpi")).toList()) {
                String name = plugin.getFileName().toString();
                if (services != 0 || !name.equals(PLUGIN)) {
                    Files.copy(plugin, into.resolve(name.replace(".hpi", ".jpi")));
                }
            }
        }
        Path jobs = Files.createDirectories(home.resolve("bench"));
        for (int build = 0; build < BUILDS; build++) {
            Files.writeString(jobs.resolve(job(build)), pipeline(build, services));
        }
        Files.writeString(
                Files.createDirectories(home.resolve("init.groovy.d")).resolve("ready.groovy"),
                READY.replace("PERSON", PERSON).replace("TOKEN", TOKEN).replace("ADDRESS", address));
    }

    static String job(int build) {
        return "service-" + build;
    }

    static Path build(Path home, int build) {
        return home.resolve("jobs/" + job(build) + "/builds/1");
    }

    static List<Path> builds(Path home) {
        return IntStream.range(0, BUILDS).mapToObj(i -> build(home, i)).toList();
    }

    private static String pipeline(int build, int services) {
        return IntStream.range(0, ROLLOUTS_EACH)
                .mapToObj(i -> "part-" + build + "-" + i)
                .map(name -> "  '" + name + "': { " + step(name, services) + " }")
                .collect(Collectors.joining(",\n", "parallel(\n", "\n)\n"));
    }

    private static String step(String name, int services) {
        return services == 0
                ? "sleep time: 10, unit: 'HOURS'"
                : "canaryRollout version: 'v2', yaml: '''"
                        + PLAN.replace("NAME", name)
                                .replace("PORT", String.valueOf(services))
                                .replace("HOLD", String.valueOf(FIRST_HOLD_SECONDS))
                        + "'''";
    }
}
