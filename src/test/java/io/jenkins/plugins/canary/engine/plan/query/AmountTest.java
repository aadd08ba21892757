package io.jenkins.plugins.canary.engine.plan.query;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which queries yield more the more requests there are. */
class AmountTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum(rate(e{ {{labels}} }[{{window}}]))",
                "sum by (app) (rate(e[1m]))",
                "sum(rate(e[1m])) without (pod)",
                "60 * sum(rate(e[1m]))",
                "sum(rate(e[1m])) / 60",
                "sum(irate(e[1m])) + sum(increase(f[1m]))",
                "increase(e[1m])",
                "round(sum(increase(e[1m])) or vector(0))",
            })
    void addedUpRatesGrow(String query) {
        assertTrue(PromQl.parse(query).isAmount());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum(rate(e[1m])) / sum(rate(r[1m]))",
                "sum(rate(e[1m])) / on() sum(rate(r[1m]))",
                "histogram_quantile(0.99, sum by (le) (rate(d_bucket[1m])))",
                "avg(rate(e[1m]))",
                "max by (app) (rate(e[1m]))",
                "avg by (app) (sum by (pod) (rate(e[1m])))",
                "sum(queue_length)",
                "avg(up{ rate='increase' })",
            })
    void sharesAndTypicalValuesDoNot(String query) {
        assertFalse(PromQl.parse(query).isAmount());
    }
}
