package io.jenkins.plugins.canary.engine.metric.alert;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import java.util.List;

/** The interface of one kind of server that keeps alerts: what it is asked, and how it answers. Keeps nothing. */
interface AlertSystem {

    /** What follows the server's base address. */
    String path(List<Matcher> matchers, int page);

    /**
     * The alerts of one answer that fire and are neither silenced nor inhibited; more of them than the matchers choose where
     * the server cannot be asked for these alone.
     *
     * @throws MetricException for people, when this is not such an answer, or says that the server failed
     */
    Page read(JsonNode answer) throws MetricException;

    /** @param more whether another page follows */
    record Page(List<Alert> alerts, boolean more) {}
}
