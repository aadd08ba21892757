package io.jenkins.plugins.canary.engine.traffic.kubernetes.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Sha256;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The pod template that gets the version under trial: changes one container's image and our annotation, nothing else.
 * Every change looks again at what it changes, in the very copy that it writes.
 *
 * @param object what holds the template
 * @param container whose image is the version; null for the only one, or the one named like the object
 */
public record TrialTemplate(
        Cluster cluster, ObjectRef object, String container, ImageName image, RouterContext context) {

    /**
     * What the template says.
     *
     * @param image the container's image
     * @param wanted the image of this rollout's version
     * @param trial this rollout's record; null when it has written none
     * @param restorable whether putting the image back gives exactly the template of before
     */
    public record Now(String image, String wanted, Trial trial, boolean restorable) {

        /** This rollout's version is in the template, and meant to be. */
        public boolean trying() {
            return trial != null && trial.stage() != Trial.Stage.UNDONE && image.equals(trial.to());
        }

        /** This rollout's version was in the template, and what was there before is again. */
        public boolean restored() {
            return trial != null && trial.stage() == Trial.Stage.UNDONE && image.equals(trial.from());
        }

        /** Somebody has put a third image where this rollout's was. */
        public boolean replaced() {
            return trial != null && !trying() && !restored() && !image.equals(trial.to());
        }

        /** What that means, for people. */
        public String replacedWarning() {
            return "somebody has put the image " + image + " where " + trial.to()
                    + " was under trial: this rollout's version gets no requests any more";
        }
    }

    /** The image of the same container in another object made from this template. */
    public String imageIn(KubeObject copy) throws RouterException {
        return find(copy).path("image").asText();
    }

    public Now read(KubeObject holder) throws RouterException {
        ObjectNode found = find(holder);
        String running = found.path("image").asText();
        Trial trial = Trial.of(holder);
        boolean ours = trial != null && trial.rollout().equals(context.rollout());
        String wanted = ours ? trial.to() : image.of(running, context.version());
        boolean restorable = ours && trial.was() != null && trial.was().equals(with(holder, trial.from()));
        return new Now(running, wanted, ours ? trial : null, restorable);
    }

    /**
     * Puts the version in, with the record of it.
     *
     * @param stable whether the template, as it was looked at, was the stable version's
     * @param seen what was looked at: when it has changed since, nothing is written
     * @param from the image that users get until then; null for the template's
     */
    public void begin(Weight weight, boolean stable, Now seen, String from) throws RouterException {
        cluster.edit(object, fresh -> {
            Now now = read(fresh);
            if (!now.image().equals(seen.image())) {
                throw new RouterException("somebody changed the image of " + object + " to " + now.image()
                        + " while it was about to be set to " + now.wanted());
            }
            String was = stable && !now.image().equals(seen.wanted()) ? with(fresh, now.image()) : null;
            Trial trial = new Trial(
                    context.rollout(),
                    context.version(),
                    context.owner(),
                    from == null ? now.image() : from,
                    seen.wanted(),
                    was,
                    weight,
                    Trial.Stage.BEGUN);
            find(fresh).put("image", trial.to());
            fresh.annotate(Trial.ANNOTATION, trial);
            return true;
        });
    }

    /** Notes what is asked for; false when the version is no longer in the template. */
    public boolean note(UnaryOperator<Trial> change) throws RouterException {
        KubeObject after = cluster.edit(object, fresh -> {
            Trial trial = read(fresh).trial();
            if (trial == null || change.apply(trial).equals(trial)) {
                return false;
            }
            fresh.annotate(Trial.ANNOTATION, change.apply(trial));
            return true;
        });
        return read(after).trial() != null;
    }

    /** Puts the image of before back; leaves it alone when somebody has set another since. */
    public void restore() throws RouterException {
        cluster.edit(object, fresh -> {
            Now now = read(fresh);
            if (now.trial() == null || now.restored() || now.replaced()) {
                return false;
            }
            find(fresh).put("image", now.trial().from());
            fresh.annotate(Trial.ANNOTATION, now.trial().at(Trial.Stage.UNDONE));
            return true;
        });
    }

    private ObjectNode find(KubeObject holder) throws RouterException {
        return container(holder, object, container);
    }

    /**
     * The container whose image is the version.
     *
     * @param holder what has the pod template
     * @param object that it stands for, to which people gave its name
     * @param container its name; null for the only one, or the one named like the object
     * @throws RouterException permanent when there is none
     */
    public static ObjectNode container(KubeObject holder, ObjectRef object, String container) throws RouterException {
        List<String> names = new ArrayList<>();
        ObjectNode only = null;
        for (JsonNode one : holder.tree().at("/spec/template/spec/containers")) {
            String name = one.path("name").asText();
            names.add(name);
            if (name.equals(container)) {
                return (ObjectNode) one;
            }
            if (container == null && name.equals(object.name())) {
                only = (ObjectNode) one;
            }
        }
        if (container == null && names.size() == 1) {
            only = (ObjectNode) holder.tree().at("/spec/template/spec/containers/0");
        }
        if (only == null) {
            throw RouterException.permanent(
                    container == null
                            ? object + " has the containers " + names
                                    + ": name the one of the version with container: NAME"
                            : object + " has no container " + container + ", but " + names);
        }
        return only;
    }

    /** Identifies the template as it would be with that image, whatever the order of its keys. */
    private String with(KubeObject holder, String image) throws RouterException {
        KubeObject copy = new KubeObject(object, holder.tree().deepCopy());
        find(copy).put("image", image);
        return Sha256.hex(canonical(copy.tree().at("/spec/template")).toString())
                .substring(0, 32);
    }

    private static JsonNode canonical(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode sorted = Cluster.JSON.createObjectNode();
            Map<String, JsonNode> byName = new TreeMap<>();
            object.properties().forEach(e -> byName.put(e.getKey(), canonical(e.getValue())));
            sorted.setAll(byName);
            return sorted;
        }
        if (node instanceof ArrayNode list) {
            ArrayNode same = Cluster.JSON.createArrayNode();
            list.forEach(item -> same.add(canonical(item)));
            return same;
        }
        return node;
    }
}
