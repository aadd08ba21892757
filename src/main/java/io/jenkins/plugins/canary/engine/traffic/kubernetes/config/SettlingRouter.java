package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A router that looks after the configuration once the canary is out of traffic: what it found comes as warnings of the
 * observation that sees the roll back done. Until then nothing waits for it.
 */
public final class SettlingRouter implements TrafficRouter {

    private final TrafficRouter router;
    private final Configuration configuration;
    private volatile boolean takingBack;
    private List<String> says;

    /** @param takingBack whether a roll back was begun before, by another process */
    public SettlingRouter(TrafficRouter router, Configuration configuration, boolean takingBack) {
        this.takingBack = takingBack;
        this.router = router;
        this.configuration = configuration;
    }

    @Override
    public Observation observe() throws RouterException {
        Observation seen = router.observe();
        return takingBack && seen.isClear() && seen.settled() ? settled(seen) : seen;
    }

    private synchronized Observation settled(Observation seen) {
        if (says == null) {
            try {
                says = configuration.settle();
            } catch (RouterException e) {
                says = List.of(
                        "Whether the configuration is still what it was at the start is not known: " + e.getMessage());
            }
        }
        List<String> all = new ArrayList<>(seen.warnings());
        all.addAll(says);
        return seen.withWarnings(all);
    }

    @Override
    public void rollBack() throws RouterException {
        takingBack = true;
        router.rollBack();
    }

    @Override
    public void intend(String key) {
        router.intend(key);
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        shift(weight, ExtraTraffic.NONE);
    }

    @Override
    public void shift(Weight weight, ExtraTraffic extra) throws RouterException {
        router.shift(weight, extra);
    }

    @Override
    public void promote(String version) throws RouterException {
        router.promote(version);
    }

    @Override
    public Duration claim() throws RouterException {
        return router.claim();
    }

    @Override
    public void release(Release how) throws RouterException {
        router.release(how);
    }

    @Override
    public void close() {
        router.close();
    }
}
