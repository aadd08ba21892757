package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;

/** Moves traffic by the values of a release, one revision a step. */
final class HelmRouter implements TrafficRouter {

    private final HelmRelease release;
    private final HelmSettings settings;
    private final RouterContext context;
    private final Runnable closing;

    /**
     * @param closing run when the router is closed
     * @throws RouterException permanent when there is no such release, or its chart is another
     */
    HelmRouter(Helm helm, HelmSettings settings, RouterContext context, Runnable closing) throws RouterException {
        this.release = new HelmRelease(helm, settings, context.rollout());
        this.settings = settings;
        this.context = context;
        this.closing = closing;
        release.requireSameChart();
        release.read();
    }

    @Override
    public Observation observe() throws RouterException {
        return new HelmMoves(settings, release.read()).observation();
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        if (weight.isZero()) {
            rollBack();
            return;
        }
        HelmState state = release.read();
        HelmTrial begin = new HelmTrial(
                context.rollout(), context.owner(), state.revision(), state.tag(), context.version(), false);
        take(new HelmMoves(settings, state).shift(weight, begin));
    }

    @Override
    public void promote(String version) throws RouterException {
        take(new HelmMoves(settings, release.read()).promote());
    }

    @Override
    public void rollBack() throws RouterException {
        HelmMoves moves = new HelmMoves(settings, release.read());
        HelmMoves.Move move = moves.rollBack();
        try {
            take(move);
        } catch (RouterException e) {
            HelmMoves.Move other = moves.lastResort();
            if (move instanceof HelmMoves.Move.Upgrade && other instanceof HelmMoves.Move.Rollback) {
                take(other); // the chart may be gone; going back to a revision needs none
            } else {
                throw e;
            }
        }
    }

    private void take(HelmMoves.Move move) throws RouterException {
        if (move instanceof HelmMoves.Move.Upgrade upgrade) {
            release.upgrade(upgrade);
        } else if (move instanceof HelmMoves.Move.Rollback rollback) {
            release.rollback(rollback.revision());
        } else if (move instanceof HelmMoves.Move.Refuse refuse) {
            throw refuse.permanent() ? RouterException.permanent(refuse.why()) : new RouterException(refuse.why());
        }
    }

    @Override
    public void close() {
        closing.run();
    }
}
