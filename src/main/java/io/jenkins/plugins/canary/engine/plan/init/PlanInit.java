package io.jenkins.plugins.canary.engine.plan.init;

import io.jenkins.plugins.canary.engine.DnsName;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.engine.yaml.Problems;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes a plan from what is there, and says what it could not carry over. Any thread; keeps nothing. */
public final class PlanInit {

    private PlanInit() {}

    /**
     * @param name as messages call it: a file's name
     * @param chosen whether a person chose it, who wants to know what is not needed of it
     */
    public record Source(String name, String text, boolean chosen) {}

    /**
     * What a person adds to the sources; "" for nothing.
     *
     * @param name of the Rollout, Canary or Deployment, where there are several
     * @param namespace of objects whose manifest names none
     * @param prometheus the server's address
     * @param args values for arguments of analyses
     */
    public record Options(String name, String namespace, String prometheus, Map<String, String> args) {}

    /**
     * @param plan YAML, which says in comments what is in the lists
     * @param choices what was decided
     * @param toDo what a person does before the first release
     * @param notCarried what the sources say and the plan does not
     */
    public record Result(String plan, List<String> choices, List<String> toDo, List<NotCarried> notCarried) {}

    /** @throws InitException when no plan can be made of it; says why */
    public static Result of(List<Source> sources, Options options) throws InitException {
        PlanBuilder builder = new PlanBuilder();
        builder.server(options.prometheus);
        if (sources.size() == 1 && HaproxyPlan.isConfiguration(sources.get(0).text)) {
            return builder.result(List.of(new HaproxyPlan(builder, sources.get(0)).read(options.name)));
        }
        List<Manifest> objects = new ArrayList<>();
        List<Manifest> chosen = new ArrayList<>();
        for (Source source : sources) {
            List<Manifest> read = manifests(source);
            objects.addAll(read);
            chosen.addAll(source.chosen ? read : List.of());
        }
        Inputs in = new Inputs(List.copyOf(objects), options.namespace, options.args);
        Manifest mover = mover(in, options.name);
        if (!DnsName.SUBDOMAIN.matcher(mover.name()).matches()) {
            throw new InitException(mover.place(mover.root()) + ": metadata.name is not a name of Kubernetes");
        }
        switch (mover.kind()) {
            case "Rollout" -> new ArgoPlan(in, builder, mover).read();
            case "Canary" -> new FlaggerPlan(in, builder, mover).read();
            default -> new ServicePlan(in, builder, mover).read();
        }
        for (Manifest object : chosen) {
            if (!builder.isUsed(object)) {
                builder.lost(object, object.root(), false, "is not needed for the plan", "");
            }
        }
        return builder.result(List.of(mover + " (" + mover.file() + ")"));
    }

    /** What a plan can be made of: what moves the traffic already, or else a Deployment. */
    private static Manifest mover(Inputs in, String name) throws InitException {
        List<Manifest> movers = new ArrayList<>(in.all(ArgoPlan.GROUP, "Rollout"));
        movers.addAll(in.all(FlaggerPlan.GROUP, "Canary"));
        List<Manifest> deployments = in.all("apps", "Deployment");
        Set<String> names = deployments.stream().map(Manifest::name).collect(Collectors.toSet());
        if (movers.isEmpty()) {
            deployments.stream()
                    .filter(d -> !d.name().endsWith("-canary")
                            || !names.contains(d.name().substring(0, d.name().length() - "-canary".length())))
                    .forEach(movers::add);
        }
        List<Manifest> named = movers.stream()
                .filter(o -> name.isEmpty() || o.name().equals(name))
                .toList();
        if (named.size() == 1) {
            return named.get(0);
        }
        throw new InitException(
                named.isEmpty()
                        ? "there is no Rollout of Argo Rollouts, no Canary of Flagger and no Deployment"
                                + (name.isEmpty() ? "" : " " + YamlNode.shown(name)) + " among " + names(in.objects())
                        : "there are several: " + names(named) + "; name one of them with --name NAME");
    }

    private static String names(List<Manifest> objects) {
        return objects.isEmpty()
                ? "no objects"
                : objects.stream().limit(20).map(Manifest::toString).distinct().collect(Collectors.joining(", "));
    }

    /** The objects of a file, those of lists among them. */
    private static List<Manifest> manifests(Source source) throws InitException {
        Problems problems = new Problems();
        List<Manifest> objects = new ArrayList<>();
        for (YamlNode root : YamlText.documents(source.text, problems)) {
            if (!root.isObject()) {
                throw new InitException(source.name + ":" + root.line()
                        + ": is no Kubernetes object: expected keys such as" + " apiVersion and kind");
            }
            Manifest whole = new Manifest(source.name, root);
            if (whole.kind().endsWith("List") && Manifest.find(root, "items") != null) {
                Manifest.items(root, "items")
                        .forEach(item ->
                                objects.add(new Manifest(source.name, new YamlNode(item.node(), "", problems))));
            } else {
                objects.add(whole);
            }
        }
        List<Problem> found = problems.all();
        if (!found.isEmpty()) {
            throw new InitException(source.name + ":" + found.get(0));
        }
        return objects;
    }
}
