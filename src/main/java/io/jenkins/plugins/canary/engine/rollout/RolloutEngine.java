package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.metric.ConfiguredServer;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.MetricSource.UnreadSource;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.config.Configuration;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.config.SettlingRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Preflight;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Claimant;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Taking;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Opens what a rollout needs, starts or resumes it, and closes everything when it has ended. Any thread. */
public final class RolloutEngine {

    private final RuntimeServices clock;
    private final MetricSources sources;
    private final UnaryOperator<MetricSource> around;
    private final Probers probers;
    private final TickSupervisor supervisor;

    public RolloutEngine(RuntimeServices clock) {
        this(clock, UnaryOperator.identity());
    }

    /** @param around put around each rollout's source, to see what it answers */
    public RolloutEngine(RuntimeServices clock, UnaryOperator<MetricSource> around) {
        this.clock = clock;
        this.sources = new MetricSources();
        this.around = around;
        this.probers = new Probers(clock);
        this.supervisor = new TickSupervisor(clock);
    }

    /** Looks after the ticks of all rollouts that were opened here. */
    public TickSupervisor supervisor() {
        return supervisor;
    }

    /**
     * Who releases what, and what the place where the engine runs contributes.
     *
     * @param rollout unique id
     * @param owner the build or command that owns the rollout
     * @param by who started it
     * @param servers the Prometheus servers configured here, by name
     * @param clusters opens Kubernetes clusters; null for kubeconfig files
     * @param page where people find the rollout; null when it has no address
     * @param addresses which addresses of the plan may be connected to
     */
    public record Release(
            CanaryPlan plan,
            String rollout,
            String version,
            AdvanceMode mode,
            String owner,
            String by,
            Secrets secrets,
            Function<String, Optional<ConfiguredServer>> servers,
            ClusterAccess clusters,
            String page,
            AddressPolicy addresses) {

        Release withSecrets(Secrets others) {
            return new Release(plan, rollout, version, mode, owner, by, others, servers, clusters, page, addresses);
        }

        /** Who releases, as other rollouts are told. */
        String named() {
            return page == null ? owner : page;
        }

        /** With the clusters of kubeconfig files. */
        public Release(
                CanaryPlan plan,
                String rollout,
                String version,
                AdvanceMode mode,
                String owner,
                String by,
                Secrets secrets,
                Function<String, Optional<ConfiguredServer>> servers) {
            this(plan, rollout, version, mode, owner, by, secrets, servers, null, null);
        }

        /** Connects to whatever the plan names: for who runs the engine with their own rights. */
        public Release(
                CanaryPlan plan,
                String rollout,
                String version,
                AdvanceMode mode,
                String owner,
                String by,
                Secrets secrets,
                Function<String, Optional<ConfiguredServer>> servers,
                ClusterAccess clusters,
                String page) {
            this(plan, rollout, version, mode, owner, by, secrets, servers, clusters, page, AddressPolicy.UNRESTRICTED);
        }
    }

    /** The rollout could not begin or go on. The message says what is missing and what to do. */
    public static final class LaunchException extends Exception {
        private static final long serialVersionUID = 1L;

        LaunchException(String message, Throwable cause) {
            super(PlainText.line(message), cause);
        }
    }

    /**
     * Prepares a rollout whose journal is open. Blocks while the router is opened, the cluster looked at and the target
     * claimed; moves no traffic. The journal is closed with the rollout.
     *
     * @param state the fold of the journal so far
     * @throws LaunchException when the router or the metrics cannot be opened; the journal stays open then
     */
    public Launched open(Release release, RolloutState state, Journal journal) throws LaunchException {
        MetricSource source;
        TrafficRouter router = router(release, state, journal);
        try {
            source = around.apply(sources.open(
                    release.plan().metrics(),
                    new SourceContext(
                            release.plan().target(),
                            release.version(),
                            release.secrets(),
                            release.servers(),
                            release.addresses())));
        } catch (MetricException e) {
            router.close();
            throw new LaunchException(e.getMessage(), e);
        }
        return launch(release, context(release, state, journal), state, journal, router, source);
    }

    /**
     * Prepares a rollout only to take it back, when it cannot be watched any more. Needs the router and what that needs:
     * neither metrics nor probes, nor the secrets of either, and no claim unless another rollout has the target.
     *
     * @param why it cannot be watched
     * @throws LaunchException when the router cannot be opened, or another rollout has the target; the journal stays open
     */
    public Launched openForRollBack(Release release, RolloutState state, Journal journal, String why)
            throws LaunchException {
        Release bare = release.withSecrets(new PlaceholderSecrets(release.secrets()));
        // Whom a notice reaches goes by the real secrets.
        return launch(
                release,
                context(bare, state, journal),
                state,
                journal,
                router(bare, state, journal),
                new UnreadSource(why));
    }

    /**
     * What the router of a rollout reports of itself. Blocks; changes nothing.
     *
     * @throws LaunchException when it does not answer
     */
    public Observation look(Release release) throws LaunchException {
        Release bare = release.withSecrets(new PlaceholderSecrets(release.secrets()));
        try (TrafficRouter router = router(bare, RolloutState.empty(release.plan()), events -> {})) {
            return router.observe();
        } catch (RouterException e) {
            throw refused(release.plan(), e);
        }
    }

    private static LaunchException refused(CanaryPlan plan, RouterException e) {
        return new LaunchException("traffic." + plan.traffic().driver() + ": " + e.getMessage(), e);
    }

    private RouterContext context(Release release, RolloutState state, Journal journal) {
        CanaryPlan plan = release.plan();
        return new RouterContext(
                release.rollout(),
                plan.target(),
                release.version(),
                release.named(),
                release.secrets(),
                release.clusters(),
                new Claimant(release.rollout(), state.started() == null ? Taking.ANEW : Taking.AGAIN, journal::seq),
                plan.phases().stream().map(Phase::weight).toList(),
                release.addresses(),
                clock);
    }

    private TrafficRouter router(Release release, RolloutState state, Journal journal) throws LaunchException {
        try {
            return release.plan().traffic().open(context(release, state, journal));
        } catch (RouterException e) {
            throw refused(release.plan(), e);
        }
    }

    /** Closes router and source when it fails. */
    private Launched launch(
            Release release,
            RouterContext context,
            RolloutState state,
            Journal journal,
            TrafficRouter opened,
            MetricSource metrics)
            throws LaunchException {
        CanaryPlan plan = release.plan();
        boolean watched = !(metrics instanceof UnreadSource);
        Optional<Configuration> configuration = Configuration.of(plan.traffic(), context);
        boolean takingBack = state.isRollingBack();
        TrafficRouter router = configuration
                .<TrafficRouter>map(c -> new SettlingRouter(opened, c, takingBack))
                .orElse(opened);
        Probing probing = plan.probes() == null || !watched ? null : probing(release, metrics, router);
        MetricSource source = probing == null ? metrics : probing.source();
        RolloutRun run = new RolloutRun(plan, state, journal, router, source, clock);
        if (probing != null) {
            probing.attach(run, clock.decisions());
        }
        Claim claim = new Claim(router, run, clock);
        StartChecks readiness = new StartChecks(
                Preflight.of(plan.environment().preflight(), plan.longest(), plan.traffic(), context), configuration);
        try {
            if (state.started() == null) {
                readiness.look();
            }
            claim.take(readiness::restore, watched);
            if (state.watch() == null && watched) {
                readiness.applyFixes();
            }
            if (state.started() == null) {
                readiness.capture();
            }
        } catch (RouterException e) {
            source.close();
            router.close();
            throw refused(plan, e);
        }
        run.ended().thenRun(source::close);
        run.recorded().thenRun(journal::close);
        claim.letGo().thenRun(opened::close);
        supervisor.add(run);
        return new Launched(release, run, source, router, clock, claim, readiness);
    }

    private Probing probing(Release release, MetricSource source, TrafficRouter router) throws LaunchException {
        try {
            return new Probing(release.plan(), source, probers.open(release), clock::now);
        } catch (MetricException e) {
            source.close();
            router.close();
            throw new LaunchException(e.getMessage(), e);
        }
    }

    /**
     * A rollout that is ready to go. Listeners are best added now: they see every event.
     *
     * @param claim the rollout's on its target
     * @param readiness what was found before the start
     */
    public record Launched(
            Release release,
            RolloutRun run,
            MetricSource source,
            TrafficRouter router,
            RuntimeServices clock,
            Claim claim,
            StartChecks readiness) {

        /** Writes the first line and begins. */
        public void begin() {
            run.begin(new RolloutEvent.Started(
                    clock.now(),
                    release.rollout(),
                    release.plan().name(),
                    release.version(),
                    release.plan().text(),
                    release.mode(),
                    release.owner(),
                    release.by(),
                    queries()));
            readiness.tell(run);
        }

        /** Completes when the rollout has ended and others may have its target. */
        public CompletableFuture<Void> closed() {
            return claim.letGo();
        }

        /** Lets go of everything instead: the rollout was not begun. */
        public void abandon() {
            run.stop();
            source.close();
            claim.release();
            router.close();
        }

        private Map<String, String> queries() {
            Map<String, String> texts = new LinkedHashMap<>();
            CanaryPlan plan = release.plan();
            for (int i = 0; i < plan.phases().size() + (plan.aftercare() == null ? 0 : 1); i++) {
                for (MetricQuery query : plan.queries(i)) {
                    String text = source.describe(query);
                    if (text != null) {
                        texts.put(query.key(), text);
                    }
                }
            }
            return texts;
        }
    }
}
