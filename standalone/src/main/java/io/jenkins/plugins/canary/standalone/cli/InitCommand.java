package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.plan.init.ClusterObjects;
import io.jenkins.plugins.canary.engine.plan.init.InitException;
import io.jenkins.plugins.canary.engine.plan.init.NotCarried;
import io.jenkins.plugins.canary.engine.plan.init.PlanInit;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeconfigClusters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code canary init FILE...}. */
@Command(
        name = "init",
        description =
                "Writes a plan from what is there: a Rollout of Argo Rollouts with its analyses. Says on the error"
                        + " output and in the plan what it decided, what to do, and what it could not carry over. Exit code 1 when"
                        + " that changes how a release may end.")
final class InitCommand extends CliCommand {

    private static final int LARGEST = 4;
    private static final String WHAT = "a file of manifests or a configuration";

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "Kubernetes manifests, YAML or JSON, or a HAProxy configuration; - for the standard input")
    private List<String> files = List.of();

    @Option(
            names = "--from-cluster",
            paramLabel = "NAMESPACE[/NAME]",
            description = "read the objects of a namespace in the cluster of the kubeconfig, and take NAME; nothing is"
                    + " changed there")
    private String cluster;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "for --from-cluster; default the usual places")
    private String kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "for --from-cluster; default the current one")
    private String context;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "PLAN",
            description = "file to write the plan into; default the standard output")
    private Path out;

    @Option(names = "--force", description = "replace the file of --out")
    private boolean force;

    @Option(
            names = "--name",
            defaultValue = "",
            paramLabel = "NAME",
            description = "the one to take where the files have several; default the only one")
    private String name;

    @Option(
            names = "--namespace",
            defaultValue = "",
            paramLabel = "NAME",
            description = "namespace of manifests that name none; default none")
    private String namespace;

    @Option(
            names = "--prometheus",
            defaultValue = "",
            paramLabel = "URL",
            description = "the Prometheus server; default the one that the metrics name")
    private String prometheus;

    @Option(
            names = "--arg",
            paramLabel = "NAME=VALUE",
            description = "value of an argument of the analyses; may be given several times")
    private Map<String, String> args = new LinkedHashMap<>();

    @Option(names = "--strict", description = "exit code 1 also for what changes no verdict, and for warnings")
    private boolean strict;

    @Override
    public Integer call() throws Failure {
        if (out != null && Files.exists(out) && !force) {
            throw Failure.usage(out + " exists; name another file, or replace it with --force");
        }
        if (files.isEmpty() == (cluster == null)) {
            throw new ParameterException(spec.commandLine(), "name files, or give --from-cluster NAMESPACE/NAME");
        }
        PlanInit.Result result;
        try {
            List<PlanInit.Source> sources = cluster == null ? sources() : fromCluster();
            result = PlanInit.of(sources, new PlanInit.Options(name, namespace, prometheus, args));
        } catch (InitException e) {
            throw Failure.usage(e.getMessage());
        }
        PlanReader.Result check = PlanReader.check(result.plan());
        String where = out == null ? "plan" : out.toString();
        result.choices().forEach(line -> err().println("chosen: " + line));
        result.toDo().forEach(line -> err().println("to do: " + line));
        result.notCarried().forEach(n -> err().println("not carried over: " + n));
        check.problems().forEach(p -> err().println(where + ":" + p));
        err().flush();
        if (check.plan() == null) {
            throw Failure.usage("no plan was written: what the files say cannot be said in one");
        }
        if (out == null) {
            out().print(result.plan());
            out().flush();
        } else {
            write(out.toAbsolutePath().getParent(), out.getFileName().toString(), result.plan());
        }
        boolean differs = result.notCarried().stream().anyMatch(NotCarried::changesVerdict);
        boolean anything = !result.notCarried().isEmpty() || !check.problems().isEmpty();
        return differs || strict && anything ? Exit.ROLLED_BACK : Exit.FINE;
    }

    private List<PlanInit.Source> fromCluster() throws Failure {
        String[] parts = cluster.split("/", 2);
        namespace = parts[0];
        name = parts.length > 1 ? parts[1] : name;
        try (Cluster open =
                new KubeconfigClusters(LiveRuntimeServices.CLOCK).open(new ClusterRef(null, kubeconfig, context))) {
            ClusterObjects found = ClusterObjects.read(open, namespace);
            found.refused().forEach(line -> err().println("not read: " + line));
            return found.sources();
        } catch (RouterException e) {
            throw Failure.infrastructure(e.getMessage());
        }
    }

    private List<PlanInit.Source> sources() throws Failure {
        List<PlanInit.Source> sources = new ArrayList<>();
        for (String file : files) {
            sources.add(
                    file.equals("-")
                            ? new PlanInit.Source("standard input", standardInput(), true)
                            : new PlanInit.Source(file, read(Path.of(file), LARGEST, WHAT), true));
        }
        return sources;
    }

    private static String standardInput() throws Failure {
        try {
            int most = LARGEST << 20;
            byte[] bytes = System.in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw Failure.usage("the standard input is larger than " + LARGEST + " MiB: that is not " + WHAT);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Failure.infrastructure("the standard input cannot be read: " + e.getMessage());
        }
    }
}
