package io.jenkins.plugins.canary.engine.rollout;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What people and pipelines were asked and have said.
 *
 * @param askedAt when approval of the current phase was asked for; 0 when it was not
 * @param wanted the phase that the pipeline or a person asked for; -1 when none
 * @param override whether {@code wanted} may go ahead without a PASS
 * @param ticked items ticked, as {@code checklist/item}
 */
public record People(long askedAt, boolean approved, Hold held, int wanted, boolean override, Set<String> ticked) {

    static final People SILENT = new People(0, false, null, -1, false, Set.of());

    /** A rollout that does not advance until somebody says so; by null when the engine stopped by itself. */
    public record Hold(String by, String reason) {}

    /** A phase began: what was said of the one before is done with. */
    People entered(int phase) {
        return new People(0, false, held, wanted <= phase ? -1 : wanted, false, ticked);
    }

    People asked(long at) {
        return new People(at, approved, held, wanted, override, ticked);
    }

    People agreed() {
        return new People(askedAt, true, held, wanted, override, ticked);
    }

    /** @param hold null when it is lifted */
    People hold(Hold hold) {
        return new People(askedAt, approved, hold, wanted, override, ticked);
    }

    People want(int phase, boolean anyway) {
        return new People(askedAt, approved, held, phase, anyway, ticked);
    }

    People tick(String item) {
        Set<String> items = new LinkedHashSet<>(ticked);
        items.add(item);
        return ticked(items);
    }

    People withdraw(String item) {
        Set<String> items = new LinkedHashSet<>(ticked);
        items.remove(item);
        return ticked(items);
    }

    private People ticked(Set<String> items) {
        return new People(askedAt, approved, held, wanted, override, Collections.unmodifiableSet(items));
    }
}
