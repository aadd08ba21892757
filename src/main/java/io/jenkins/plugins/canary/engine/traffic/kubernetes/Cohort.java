package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.List;

/**
 * The cohort that a rollout gave to the canary, as an annotation of the object that routes it: it tells the rollout's own
 * rules and annotations from others that look like them.
 */
final class Cohort {

    private static final String ANNOTATION = "canary-release.jenkins.io/cohort";

    private Cohort() {}

    /** Empty when there is none. */
    static List<RequestMatch> of(KubeObject object) {
        RequestMatch[] noted = object.annotation(ANNOTATION, RequestMatch[].class);
        return noted == null ? List.of() : List.of(noted);
    }

    static void note(KubeObject object, List<RequestMatch> cohort) {
        object.annotate(ANNOTATION, cohort.isEmpty() ? null : cohort);
    }
}
