package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each probe came to last, on each track. */
final class ProbeResults {

    private final Map<String, Answer.ProbeRow> last = new LinkedHashMap<>();

    void follow(RolloutEvent event) {
        if (event instanceof RolloutEvent.Probed e) {
            ProbeResult r = e.result();
            last.put(r.probe() + "/" + r.track().word(), new Answer.ProbeRow(r.probe(), r.track().word(), r.outcome(),
                    Sentences.bounded(r.says()), r.requests(), e.at()));
        }
    }

    List<Answer.ProbeRow> rows() {
        return List.copyOf(last.values());
    }
}
