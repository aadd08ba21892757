package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.util.function.LongSupplier;

/** A router of 100 requests a second that keeps its weight in a field. */
final class MemoryRouter implements TrafficRouter {

    private static final double PER_MILLI = 0.1;

    private final LongSupplier now;
    private Weight weight = Weight.ZERO;
    private boolean promoted;
    private double canary;
    private double stable;
    private long countedAt;
    private String broken;

    MemoryRouter(LongSupplier now) {
        this.now = now;
        countedAt = now.getAsLong();
    }

    synchronized void breakDown(String error) {
        broken = error;
    }

    private void count() {
        double requests = (now.getAsLong() - countedAt) * PER_MILLI;
        countedAt = now.getAsLong();
        canary += requests * weight.share();
        stable += requests * (1 - weight.share());
    }

    @Override
    public synchronized Observation observe() throws RouterException {
        answers();
        count();
        return Observation.of(weight)
                .withRequests(Math.round(canary), Math.round(stable))
                .asPromoted(promoted);
    }

    @Override
    public synchronized void shift(Weight to) throws RouterException {
        answers();
        count();
        weight = to;
    }

    @Override
    public synchronized void promote(String version) throws RouterException {
        answers();
        count();
        weight = Weight.FULL;
        promoted = true;
    }

    private void answers() throws RouterException {
        if (broken != null) {
            throw new RouterException(broken);
        }
    }
}
