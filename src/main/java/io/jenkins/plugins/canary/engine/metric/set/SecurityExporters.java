package io.jenkins.plugins.canary.engine.metric.set;

import static io.jenkins.plugins.canary.engine.metric.set.Formula.increase;

import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import java.util.List;

/** What was kept out. No exporter agrees with another on names, so these are the service's own, and its statuses. */
final class SecurityExporters {

    static final List<Exporter> ALL = List.of(
            Exporter.ofTracks(SetKind.SECURITY, "http").with(SetMetric.AUTH_FAILURE_RATE, refused()),
            Exporter.ofTracks(SetKind.SECURITY, "app")
                    .with(SetMetric.JWT_REPLAYS, Formula.count("jwt_replay_blocked_total"))
                    .with(SetMetric.CORS_DENIED, Formula.count("cors_denied_total"))
                    .with(SetMetric.AUTH_FAILURE_RATE, refused()));

    private SecurityExporters() {}

    private static Formula refused() {
        return Formula.of(s -> new Expr.Ratio(
                new Expr.OrZero(increase(s.named(s.http().requests())
                        .with(new Matcher(s.http().status(), Matcher.Op.MATCHES, "401|403")))),
                increase(s.named(s.http().requests()))));
    }
}
