package io.jenkins.plugins.canary.engine.traffic.aws;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.aws.AwsLoadBalancerDriver.AwsSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves traffic between two target groups of a load balancer. Weight 100 is promoted: making the stable target group run the
 * new version is the deployment's own job.
 */
record TargetGroupRouter(LoadBalancerApi api, AwsSettings settings) implements TrafficRouter {

    static TargetGroupRouter open(AwsSettings settings, RouterContext context) {
        return new TargetGroupRouter(LoadBalancerApi.open(settings, context), settings);
    }

    @Override
    public Observation observe() throws RouterException {
        ForwardAction action = read();
        Weight weight = action.weight();
        boolean settled = !(weight.isZero() && action.ties(Track.CANARY))
                && !(weight.equals(Weight.FULL) && action.ties(Track.STABLE));
        Observation seen = new Observation(
                weight,
                settled,
                weight.equals(Weight.FULL) && settled,
                null,
                settled ? "" : "clients that are tied to a target group of weight 0 still reach it",
                warnings(action));
        return weight.isZero() ? seen : seen.withHealth(health());
    }

    private ForwardAction read() throws RouterException {
        return ForwardAction.of(api.actions(), settings.canary(), settings.stable());
    }

    /** Null when it cannot be read: the weight was read, and that counts. */
    private CanaryHealth health() {
        try {
            return TargetsHealth.of(api.targets(settings.canary())).canary();
        } catch (RouterException unknown) {
            return null;
        }
    }

    private static List<String> warnings(ForwardAction action) {
        List<String> warnings = new ArrayList<>();
        if (action.tiesClients()) {
            warnings.add("the target groups' stickiness ties clients to a version: a higher weight reaches new clients"
                    + " only, so the share of the requests is not the weight");
        }
        action.others().forEach(arn -> warnings.add("the target group " + arn + " gets requests too"));
        return warnings;
    }

    /**
     * A group that the action lacks is put in with weight 0 first, since AWS checks the targets of no other one; the next
     * call looks at their health.
     */
    @Override
    public void shift(Weight weight) throws RouterException {
        ForwardAction action = read();
        if (!weight.isZero()) {
            refuseOthers(action);
        }
        for (Track track : gettingRequests(weight)) {
            if (!action.has(track)) {
                api.put(action.joinedBy(track));
                return;
            }
        }
        for (Track track : gettingRequests(weight)) {
            TargetsHealth targets = TargetsHealth.of(api.targets(action.group(track)));
            if (!targets.serve()) {
                throw new RouterException("the target group " + action.group(track) + " (" + track.word()
                        + ") has no healthy target, so requests sent there would fail: " + targets.detail());
            }
        }
        api.put(action.with(weight));
    }

    private static List<Track> gettingRequests(Weight weight) {
        if (weight.isZero()) {
            return List.of(Track.STABLE);
        }
        return weight.equals(Weight.FULL) ? List.of(Track.CANARY) : List.of(Track.CANARY, Track.STABLE);
    }

    /** A share of the requests that two groups get is not the share that users see when a third one gets some. */
    private static void refuseOthers(ForwardAction action) throws RouterException {
        if (!action.others().isEmpty()) {
            throw RouterException.permanent("the action also forwards to "
                    + String.join(", ", action.others()) + ", so a weight between " + action.canary() + " and "
                    + action.stable() + " would not be what users see; give it the weight 0, or name another rule");
        }
    }

    @Override
    public void promote(String version) throws RouterException {
        shift(Weight.FULL);
    }

    @Override
    public void close() {
        api.close();
    }
}
