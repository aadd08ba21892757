package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.WeightShares;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A split by the canary annotations of ingress-nginx. A canary Ingress that was made by a rollout goes when the canary
 * gets nothing any more. One that was there before stays, and stays marked as a canary: without the mark it would be a
 * second Ingress for the same host and path, which the controller's admission refuses or, worse, serves.
 *
 * @param always annotations that go with the weight
 */
record IngressSplit(
        Workloads workloads, ObjectRef stable, CanaryIngress shape, Map<String, String> always, CanaryWeight weights)
        implements WeightSplit {

    static final Kind INGRESS = new Kind("networking.k8s.io", "v1", "Ingress", "ingresses");

    private static final String PREFIX = "nginx.ingress.kubernetes.io/";
    private static final String CANARY = PREFIX + "canary";

    /** Holds the annotations of the weight as they were in an Ingress that was there before; null for none. */
    private static final String BEFORE = "canary-release.jenkins.io/annotations-before";

    /** The annotations that select the canary by more than the weight, by the keys of the plan. */
    static final Map<String, String> SELECTORS = Map.of(
            "header", PREFIX + "canary-by-header",
            "headerValue", PREFIX + "canary-by-header-value",
            "cookie", PREFIX + "canary-by-cookie");

    @Override
    public WeightSplit by(Workloads other) {
        return new IngressSplit(other, stable, shape, always, weights);
    }

    @Override
    public Observation read() throws RouterException {
        KubeObject main = workloads.cluster().get(stable);
        Optional<KubeObject> over = workloads.cluster().find(shape.ref());
        List<String> warnings = new ArrayList<>();
        if ("cookie".equals(main.annotation(PREFIX + "affinity"))) {
            warnings.add(stable + " has cookie affinity: users stay with the version that they met first, so the share"
                    + " of requests follows the weight slowly, and unevenly");
        }
        boolean copiesAgree = mirror().agrees(main);
        String unsettled = copiesAgree ? "" : "the copies do not go to the canary's Service yet";
        Weight copied = mirror().share(main);
        if (over.isEmpty()) {
            shape.beside(main);
            return Observation.of(Weight.ZERO, copiesAgree, unsettled, warnings)
                    .withExtra(ExtraTraffic.NONE.mirroring(copied));
        }
        Weight weight = weight(over.get());
        String difference = shape.difference(main, over.get());
        if (!difference.isEmpty()) {
            warnings.add(difference);
        }
        // Such annotations that the plan does not name: nobody takes them away.
        over.get().metadata().path("annotations").fieldNames().forEachRemaining(name -> {
            if (name.startsWith(CANARY + "-by-")
                    && !annotations(weight, extra(over.get())).containsKey(name)) {
                warnings.add(shape.ref() + " has " + name + ", which sends requests to the canary whatever the weight");
            }
        });
        boolean follows = follows(over.get(), weight);
        return Observation.of(
                        weight,
                        follows && copiesAgree,
                        follows ? unsettled : "header and cookie do not follow the weight yet",
                        warnings)
                .withExtra(extra(over.get()).mirroring(copied));
    }

    private IngressMirror mirror() {
        return new IngressMirror(workloads, shape);
    }

    private Weight weight(KubeObject ingress) throws RouterException {
        if (!"true".equals(ingress.annotation(CANARY))) {
            throw RouterException.permanent(
                    shape.ref() + " is there but has no annotation " + CANARY + ": \"true\", so it" + " competes with "
                            + stable.name() + " instead of splitting its requests; mark it, or delete it");
        }
        return weights.read(ingress);
    }

    @Override
    public void set(Weight weight) throws RouterException {
        set(weight, ExtraTraffic.NONE);
    }

    /** The weight first: it must fall also where the stable Ingress cannot be written. */
    @Override
    public void set(Weight weight, ExtraTraffic extra) throws RouterException {
        String refusal = weights.refusal(weight) == null ? IngressMirror.refusal(extra) : weights.refusal(weight);
        if (refusal != null) {
            throw RouterException.permanent(refusal);
        }
        split(weight, extra.mirroring(Weight.ZERO));
        workloads.cluster().edit(stable, main -> mirror().set(main, extra.mirror()));
    }

    private void split(Weight weight, ExtraTraffic extra) throws RouterException {
        boolean nothing = weight.isZero() && extra.isNone();
        KubeObject over = workloads.cluster().find(shape.ref()).orElse(null);
        if (nothing && (over == null || shape.isMade(over))) {
            if (over != null) {
                workloads.cluster().delete(over);
            }
            return;
        }
        KubeObject main = workloads.cluster().get(stable);
        if (over == null) {
            KubeObject made = covering(main, shape.beside(main));
            write(made, weight, extra);
            if (workloads.cluster().create(shape.ref(), made.tree())) {
                return;
            }
        }
        workloads.cluster().edit(shape.ref(), seen -> edit(main, seen, weight, extra));
    }

    private boolean edit(KubeObject main, KubeObject seen, Weight weight, ExtraTraffic extra) throws RouterException {
        boolean nothing = weight.isZero() && extra.isNone();
        boolean stale = shape.isMade(seen) && !shape.difference(main, seen).isEmpty();
        if (stale) {
            seen.tree().set("spec", shape.beside(main).spec());
        }
        if (!nothing) {
            covering(main, seen);
        }
        Weight now = weight(seen);
        ObjectNode before = seen.annotation(BEFORE, ObjectNode.class);
        boolean leftOver = nothing && before != null;
        if (now.equals(weight) && extra(seen).equals(extra) && follows(seen, weight) && !leftOver && !stale) {
            return false;
        }
        if (now.isZero() && !nothing && before == null && !shape.isMade(seen)) {
            seen.annotate(BEFORE, weights.annotations(seen));
        }
        // What was there for another cohort goes first.
        annotations(Weight.ZERO, extra(seen)).keySet().forEach(name -> seen.annotate(name, null));
        write(seen, weight, extra);
        if (leftOver) {
            before.fieldNames()
                    .forEachRemaining(
                            name -> seen.annotate(name, before.path(name).textValue()));
            seen.annotate(BEFORE, null);
        }
        return true;
    }

    /** Refuses a canary Ingress by which only some of the stable version's requests would be split. */
    private KubeObject covering(KubeObject main, KubeObject over) throws RouterException {
        Set<String> missing = shape.missing(main, over);
        if (!missing.isEmpty()) {
            throw RouterException.permanent(over.ref() + " does not cover " + missing + " of " + stable.name()
                    + ": those requests would all stay with the stable version, and the share would not be the weight; "
                    + (shape.isMade(over)
                            ? "give the rule its paths, since nginx splits requests by host and path"
                            : "add them there, or leave canaryIngress out to have one made"));
        }
        return over;
    }

    @Override
    public void cleanUp() throws RouterException {
        set(Weight.ZERO);
    }

    private void write(KubeObject ingress, Weight weight, ExtraTraffic extra) throws RouterException {
        requireFree(ingress, extra);
        ingress.annotate(CANARY, "true");
        weights.write(ingress, weight);
        annotations(weight, extra).forEach(ingress::annotate);
        Cohort.note(ingress, extra.match());
    }

    private static ExtraTraffic extra(KubeObject ingress) {
        return new ExtraTraffic(Cohort.of(ingress), Weight.ZERO);
    }

    /** What selects the canary by more than the weight; null for an annotation that must not be there. */
    private Map<String, String> annotations(Weight weight, ExtraTraffic extra) {
        Map<String, String> wanted = new LinkedHashMap<>();
        always.forEach((name, value) -> wanted.put(name, weight.isZero() ? null : value));
        for (RequestMatch match : extra.match()) {
            if (match.kind() == RequestMatch.Kind.COOKIE) {
                wanted.put(SELECTORS.get("cookie"), match.name());
            } else {
                wanted.put(SELECTORS.get("header"), match.name());
                wanted.put(SELECTORS.get("headerValue"), match.value());
            }
        }
        return wanted;
    }

    /** There is one annotation of each kind, and somebody else's stays theirs. */
    private void requireFree(KubeObject ingress, ExtraTraffic extra) throws RouterException {
        for (Map.Entry<String, String> wanted : annotations(Weight.ZERO, extra).entrySet()) {
            String there = ingress.annotation(wanted.getKey());
            if (wanted.getValue() != null && there != null && !there.equals(wanted.getValue())) {
                throw RouterException.permanent(ingress.ref() + " has " + wanted.getKey() + ": " + there
                        + ", which the plan did not set; remove it, or leave the phase with match out");
            }
        }
    }

    /** Why this cannot be written as annotations; null when it can. */
    static String refusal(ExtraTraffic extra, Set<String> taken) {
        if (IngressMirror.refusal(extra) != null) {
            return IngressMirror.refusal(extra);
        }
        for (RequestMatch.Kind kind : RequestMatch.Kind.values()) {
            List<RequestMatch> all =
                    extra.match().stream().filter(m -> m.kind() == kind).toList();
            String word = kind.name().toLowerCase(Locale.ROOT);
            if (all.size() > 1) {
                return "an nginx canary is selected by one " + word + ", not by " + all + "; keep one of them";
            }
            if (!all.isEmpty() && taken.contains(SELECTORS.get(word))) {
                return "an nginx canary is selected by one " + word
                        + ", and traffic.nginxIngress names one already; keep one of them";
            }
            if (kind == RequestMatch.Kind.COOKIE
                    && !all.isEmpty()
                    && !all.get(0).value().equals("always")) {
                return "an nginx canary's cookie has the value always, not "
                        + all.get(0).value() + "; write value: always";
            }
        }
        return null;
    }

    /**
     * Header and cookie go with the weight: nginx looks at them before the weight, and a canary that was taken back must
     * not go on serving whoever sends one.
     */
    private boolean follows(KubeObject ingress, Weight weight) {
        return annotations(weight, extra(ingress)).entrySet().stream()
                .allMatch(a -> Objects.equals(ingress.annotation(a.getKey()), a.getValue()));
    }

    @Override
    public RouterException unserved(Track track) throws RouterException {
        return track == Track.STABLE
                ? workloads.withoutEndpoint(track, shape.stable(), Set.of())
                : workloads.withoutEndpoint(
                        track, shape.canary(), shape.ports(workloads.cluster().get(stable)));
    }

    @Override
    public Map<Track, PodSelector> selectors() throws RouterException {
        return workloads.selectors(Map.of(Track.STABLE, shape.stable(), Track.CANARY, shape.canary()));
    }

    /** Nginx hangs the canary on the stable Service's upstream: without endpoints there, both answer 503. */
    @Override
    public boolean alwaysNeedsStable() {
        return true;
    }

    /**
     * The weight as annotations. Controllers before 1.7.0 ignore canary-weight-total for paths (ingress-nginx pull request
     * 9729): to them 125 of 1000 is 125 of 100, and the canary gets everything. So parts of a percent are only written when
     * the plan says that the controller can read them.
     *
     * @param tenths whether it can
     */
    record CanaryWeight(boolean tenths) {

        private static final String WEIGHT = "nginx.ingress.kubernetes.io/canary-weight";
        private static final String TOTAL = "nginx.ingress.kubernetes.io/canary-weight-total";
        private static final int DEFAULT_TOTAL = 100;

        /** Null when the weight can be written. */
        String refusal(Weight weight) {
            return tenths || weight.tenths() % 10 == 0
                    ? null
                    : "an nginx canary gets whole percents, not " + weight
                            + "; round it, or write tenths: true if every"
                            + " ingress-nginx controller is 1.7.0 or later";
        }

        /** Those of the weight, as they are; null for none. */
        ObjectNode annotations(KubeObject ingress) {
            return Cluster.JSON
                    .createObjectNode()
                    .put(WEIGHT, ingress.annotation(WEIGHT))
                    .put(TOTAL, ingress.annotation(TOTAL));
        }

        Weight read(KubeObject ingress) throws RouterException {
            try {
                long part = number(ingress, WEIGHT, 0);
                long total = Math.max(1, number(ingress, TOTAL, DEFAULT_TOTAL));
                return WeightShares.read(Math.min(part, total), total);
            } catch (NumberFormatException notANumber) {
                throw RouterException.permanent(ingress.ref() + " has a weight that is no number: "
                        + ingress.annotation(WEIGHT) + " of " + ingress.annotation(TOTAL));
            }
        }

        private static long number(KubeObject ingress, String annotation, long otherwise) {
            String text = ingress.annotation(annotation);
            return text == null ? otherwise : Long.parseLong(text.trim());
        }

        /** A total of 100 is the default, so it means the same to controllers that ignore it. */
        void write(KubeObject ingress, Weight weight) {
            WeightShares shares = WeightShares.of(weight);
            ingress.annotate(WEIGHT, shares.canary());
            ingress.annotate(TOTAL, shares.total() == DEFAULT_TOTAL ? null : shares.total());
        }
    }
}
