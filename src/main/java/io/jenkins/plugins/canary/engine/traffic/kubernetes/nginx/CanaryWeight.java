package io.jenkins.plugins.canary.engine.traffic.kubernetes.nginx;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.WeightShares;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;

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
                : "an nginx canary gets whole percents, not " + weight + "; round it, or write tenths: true if every"
                        + " ingress-nginx controller is 1.7.0 or later";
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
