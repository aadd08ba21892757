package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.Snapshot;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A version is more than its image. Notes at the beginning what both versions' pods are made of, in an annotation on the
 * target; and after a roll back puts the pod template back that the rollout had changed, and tells what else is no longer
 * what it was. Every call blocks on the cluster.
 */
public final class Configuration {

    private final ClusterSettings settings;
    private final RouterContext context;

    private Configuration(ClusterSettings settings, RouterContext context) {
        this.settings = settings;
        this.context = context;
    }

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
            Set<ConfigNames.Named> named = new LinkedHashSet<>();
            for (ObjectRef ref : workloads(clusterContext)) {
                KubeObject workload = cluster.find(ref).orElse(null);
                if (workload != null && workload.spec().has("template") && !controlled(workload)) {
                    templates.add(
                            Snapshot.Template.of(label(ref), workload.spec().path("template")));
                    named.addAll(ConfigNames.in(workload.spec().path("template")));
                }
            }
            if (templates.isEmpty()) {
                return Optional.empty();
            }
            List<Snapshot.Config> configs = new ArrayList<>();
            for (ConfigNames.Named one : named) {
                configs.add(new ConfigReader(cluster, namespace).read(one));
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
                String changed = changed(config, new ConfigReader(cluster, namespace), namespace);
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
    private static String changed(Snapshot.Config then, ConfigReader reader, String namespace) throws RouterException {
        String[] label = then.object().split(" ", 2);
        boolean secret = label[0].equals(Kind.SECRET.name());
        Snapshot.Config now =
                reader.read(new ConfigNames.Named(secret ? Kind.SECRET : ConfigNames.CONFIG_MAP, label[1]));
        if (Objects.equals(then.hash(), now.hash())) {
            return null;
        }
        String what = then.hash() == null ? "was created" : now.hash() == null ? "was deleted" : "was changed";
        return label[0] + " " + namespace + "/" + label[1] + " " + what + " during the rollout (resourceVersion "
                + then.resourceVersion() + " then, " + now.resourceVersion()
                + " now): the roll back did not touch it, and"
                + " pods that start from now on read it as it is now"
                + (secret ? "" : "; the journal has what was in it");
    }

    private static String label(ObjectRef ref) {
        return ref.kind().name() + " " + ref.name();
    }

    /** Reads one ConfigMap or Secret as a snapshot keeps it. */
    record ConfigReader(Cluster cluster, String namespace) {

        /** A journal line is no place for a dump; the hash still tells a change. */
        private static final int LONGEST = 64 * 1024;

        Snapshot.Config read(ConfigNames.Named named) throws RouterException {
            String label = named.kind().name() + " " + named.name();
            Optional<KubeObject> found = cluster.find(new ObjectRef(named.kind(), namespace, named.name()));
            if (found.isEmpty()) {
                return new Snapshot.Config(label, null, null, null);
            }
            KubeObject object = found.get();
            boolean secret = named.kind().equals(Kind.SECRET);
            Map<String, String> data = new TreeMap<>();
            for (String part : new String[] {"data", "binaryData"}) {
                for (Map.Entry<String, JsonNode> entry :
                        object.tree().path(part).properties()) {
                    data.put(part + "/" + entry.getKey(), entry.getValue().asText());
                }
            }
            String hash =
                    Snapshot.hash(data, secret ? object.metadata().path("uid").asText("no uid") : "ConfigMap");
            return new Snapshot.Config(label, object.resourceVersion(), hash, secret ? null : contents(object));
        }

        private static Map<String, String> contents(KubeObject configMap) {
            Map<String, String> contents = new TreeMap<>();
            long length = 0;
            for (Map.Entry<String, JsonNode> entry :
                    configMap.tree().path("data").properties()) {
                contents.put(entry.getKey(), entry.getValue().asText());
                length += entry.getKey().length() + entry.getValue().asText().length();
            }
            return length > LONGEST ? null : contents;
        }
    }
}
