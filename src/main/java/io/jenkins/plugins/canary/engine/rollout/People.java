package io.jenkins.plugins.canary.engine.rollout;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What people and pipelines were asked and have said.
 *
 * @param askedAt when approval of the current phase was asked for; 0 when it was not
 * @param agreements to leave the current phase, each by another person
 * @param approved whether these are enough
 * @param wanted the phase that the pipeline or a person asked for; -1 when none
 * @param override whether {@code wanted} may go ahead without a PASS
 * @param ticked items ticked, as {@code checklist/item}
 */
public record People(
        long askedAt,
        List<Agreement> agreements,
        boolean approved,
        Hold held,
        int wanted,
        boolean override,
        Set<String> ticked) {

    static final People SILENT = new People(0, List.of(), false, null, -1, false, Set.of());

    /** @param comment null when there is none */
    public record Agreement(String by, long at, String comment) {}

    /** A rollout that does not advance until somebody says so; by null when the engine stopped by itself. */
    public record Hold(String by, String reason) {}

    /** A phase began: what was said of the one before is done with. */
    People entered(int phase) {
        return new People(0, List.of(), false, held, wanted <= phase ? -1 : wanted, false, ticked);
    }

    People asked(long at) {
        return new People(at, agreements, approved, held, wanted, override, ticked);
    }

    /** @param min how many different people must agree */
    People agree(Agreement agreement, int min) {
        List<Agreement> now =
                Stream.concat(without(agreement.by()), Stream.of(agreement)).toList();
        return new People(askedAt, now, now.size() >= min, held, wanted, override, ticked);
    }

    People disagree(String by) {
        return new People(askedAt, without(by).toList(), approved, held, wanted, override, ticked);
    }

    private Stream<Agreement> without(String by) {
        return agreements.stream().filter(a -> !a.by().equals(by));
    }

    /** Whether somebody has agreed. */
    public boolean hasAgreed(String user) {
        return agreements.stream().anyMatch(a -> a.by().equals(user));
    }

    /** @param hold null when it is lifted */
    People hold(Hold hold) {
        return new People(askedAt, agreements, approved, hold, wanted, override, ticked);
    }

    People want(int phase, boolean anyway) {
        return new People(askedAt, agreements, approved, held, phase, anyway, ticked);
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
        return new People(askedAt, agreements, approved, held, wanted, override, Collections.unmodifiableSet(items));
    }
}
