package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.PromotionRecord;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.Snapshot;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A version is more than its image. Notes at the beginning what both versions' pods are made of, in an annotation on the
 * target; and after a roll back puts the pod template back that the rollout had changed, and tells what else is no longer
 * what it was. Every call blocks on the cluster.
 */
public record Configuration(ClusterSettings settings, RouterContext context) {

    /** Empty when the router is in no cluster. */
    public static Optional<Configuration> of(RouterSettings traffic, RouterContext context) {
        return traffic instanceof ClusterSettings settings
                ? Optional.of(new Configuration(settings, context))
                : Optional.empty();
    }

    /**
     * What is there now, for the journal; also written on the target.
     *
     * @return empty when the driver knows of no pod template
     */
    public Optional<Snapshot> capture() throws RouterException {
        try (Cluster cluster = settings.home().open(context)) {
            String namespace = settings.home().namespace(context.target(), cluster);
            TargetObjects clusterContext = settings.clusterContext(cluster, namespace, context.target());
            List<Snapshot.Template> templates = new ArrayList<>();
            ConfigReader reader = new ConfigReader(cluster, namespace);
            Set<ObjectRef> named = new LinkedHashSet<>();
            for (ObjectRef ref : workloads(clusterContext)) {
                KubeObject workload = cluster.find(ref).orElse(null);
                if (workload != null && workload.spec().has("template") && !controlled(workload)) {
                    JsonNode template = workload.spec().path("template");
                    templates.add(Snapshot.Template.of(label(ref), template));
                    named.addAll(reader.named(template));
                }
            }
            if (templates.isEmpty()) {
                return Optional.empty();
            }
            List<Snapshot.Config> configs = new ArrayList<>();
            for (ObjectRef one : named) {
                configs.add(reader.read(one));
            }
            Snapshot snapshot = new Snapshot(context.rollout(), templates, configs);
            cluster.edit(clusterContext.target(), target -> {
                target.annotate(Snapshot.ANNOTATION, snapshot.forAnnotation());
                return true;
            });
            return Optional.of(snapshot);
        }
    }

    /**
     * After a roll back: puts back the template of the workload that this rollout changed, and tells what differs from the
     * beginning.
     *
     * @return sentences for people; none when all is as it was, or nothing is known of the beginning
     */
    public List<String> settle() throws RouterException {
        try (Cluster cluster = settings.home().open(context)) {
            String namespace = settings.home().namespace(context.target(), cluster);
            TargetObjects clusterContext = settings.clusterContext(cluster, namespace, context.target());
            Snapshot then =
                    cluster.find(clusterContext.target()).map(Snapshot::of).orElse(null);
            if (then == null || !then.rollout().equals(context.rollout())) {
                return List.of();
            }
            List<String> says = new ArrayList<>();
            for (ObjectRef ref : workloads(clusterContext)) {
                JsonNode before = template(then, ref);
                KubeObject now = before == null ? null : cluster.find(ref).orElse(null);
                if (now != null && !now.spec().path("template").equals(before)) {
                    says.add(new TemplateDrift(cluster, context.rollout()).settle(now, before));
                }
            }
            for (Snapshot.Config config : then.configs()) {
                String changed = changed(config, new ConfigReader(cluster, namespace));
                if (changed != null) {
                    says.add(changed);
                }
            }
            return says;
        }
    }

    private static Set<ObjectRef> workloads(TargetObjects clusterContext) {
        Set<ObjectRef> all = new LinkedHashSet<>();
        all.add(clusterContext.target());
        Stream.of(clusterContext.stable(), clusterContext.canary())
                .filter(Objects::nonNull)
                .forEach(all::add);
        return all;
    }

    /** What a controller makes it keeps in order itself. */
    private static boolean controlled(KubeObject workload) {
        for (JsonNode owner : workload.metadata().path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode template(Snapshot then, ObjectRef ref) {
        return then.templates().stream()
                .filter(t -> t.workload().equals(label(ref)))
                .map(Snapshot.Template::template)
                .findFirst()
                .orElse(null);
    }

    /** Null when it is what it was. */
    private static String changed(Snapshot.Config then, ConfigReader reader) throws RouterException {
        String[] label = then.object().split(" ", 2);
        boolean secret = label[0].equals(Kind.SECRET.name());
        ObjectRef ref = reader.ref(secret ? Kind.SECRET : ConfigReader.CONFIG_MAP, label[1]);
        Snapshot.Config now = reader.read(ref);
        if (Objects.equals(then.hash(), now.hash())) {
            return null;
        }
        String what = then.hash() == null ? "was created" : now.hash() == null ? "was deleted" : "was changed";
        return ref + " " + what + " during the rollout (resourceVersion "
                + then.resourceVersion() + " then, " + now.resourceVersion()
                + " now): the roll back did not touch it, and"
                + " pods that start from now on read it as it is now"
                + (secret ? "" : "; the journal has what was in it");
    }

    static String label(ObjectRef ref) {
        return ref.kind().name() + " " + ref.name();
    }

    /** A pod template that is not what it was when the rollout began. */
    record TemplateDrift(Cluster cluster, String rollout) {

        private static final int MOST_NAMED = 5;

        /** Puts it back where the rollout had its hands in it; where it had not, somebody else meant it. */
        String settle(KubeObject now, JsonNode before) throws RouterException {
            List<String> differs = new ArrayList<>();
            differences(before, now.spec().path("template"), "spec.template", differs);
            String where = String.join(", ", differs.subList(0, Math.min(MOST_NAMED, differs.size())))
                    + (differs.size() > MOST_NAMED ? " and " + (differs.size() - MOST_NAMED) + " more" : "");
            if (!ours(now)) {
                return "The pod template of " + now.ref() + " was changed by somebody else during the rollout (" + where
                        + "): left as it is";
            }
            cluster.edit(now.ref(), fresh -> {
                if (!ours(fresh) || fresh.spec().path("template").equals(before)) {
                    return false;
                }
                fresh.tree().withObject("/spec").set("template", before);
                return true;
            });
            return "The pod template of " + now.ref() + " was put back as it was at the start; it differed in " + where;
        }

        private boolean ours(KubeObject workload) {
            Trial trial = Trial.of(workload);
            return PromotionRecord.of(workload, rollout) != null
                    || trial != null && trial.rollout().equals(rollout);
        }

        private static void differences(JsonNode before, JsonNode now, String at, List<String> found) {
            if (before.equals(now)) {
                return;
            }
            if (before.isObject() && now.isObject()) {
                Set<String> names = new LinkedHashSet<>();
                before.fieldNames().forEachRemaining(names::add);
                now.fieldNames().forEachRemaining(names::add);
                names.forEach(name -> differences(before.path(name), now.path(name), at + "." + name, found));
            } else if (before.isArray() && now.isArray() && before.size() == now.size()) {
                for (int i = 0; i < before.size(); i++) {
                    differences(before.path(i), now.path(i), at + "[" + i + "]", found);
                }
            } else {
                found.add(at);
            }
        }
    }
}
