package io.jenkins.plugins.canary.engine.metric.expr;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Series of one name that belong to one track.
 *
 * @param track whose endpoints are looked at where series are scraped directly; in PromQL the matchers say it
 */
public record Selector(Track track, String name, List<Matcher> matchers) {

    public Selector {
        matchers = List.copyOf(matchers);
    }

    public Selector with(Matcher more) {
        List<Matcher> all = new ArrayList<>(matchers);
        all.add(more);
        return new Selector(track, name, all);
    }

    /** @throws WorkBudget.Exceeded when a matcher takes more work than the budget has left */
    public boolean selects(String seriesName, Map<String, String> labels, WorkBudget budget) {
        return name.equals(seriesName) && matchers.stream().allMatch(m -> m.matches(labels, budget));
    }

    /**
     * As PromQL: {@code http_requests_total{version="v2",status=~"5.."}}; a name with other signs stands in quotes among
     * the matchers, as Prometheus 3 reads it.
     */
    @Override
    public String toString() {
        if (!PromQlText.isPlainMetric(name)) {
            String quoted = PromQlText.quote(name);
            return "{" + (matchers.isEmpty() ? quoted : quoted + "," + MatcherList.print(matchers)) + "}";
        }
        return matchers.isEmpty() ? name : name + "{" + MatcherList.print(matchers) + "}";
    }
}
