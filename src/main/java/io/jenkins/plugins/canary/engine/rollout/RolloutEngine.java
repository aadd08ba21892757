package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.metric.ConfiguredServer;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.MetricSource.UnreadSource;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.config.Configuration;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.config.SettlingRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Preflight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightRefusal;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Claimant;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Taking;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Opens what a rollout needs, starts or resumes it, and closes everything when it has ended. Any thread. */
public final class RolloutEngine {

    /** No image tag, label or value of a query holds a line break; and {@code ${VERSION}} is a name, not a version. */
    private static final Pattern NO_VERSION = Pattern.compile("\\p{Cntrl}|\\$\\{");

    private final RuntimeServices clock;
    private final MetricSources sources;
    private final UnaryOperator<MetricSource> around;
    private final Probers probers;
    private final HttpClientPool calendars = new HttpClientPool();
    private final Path copies;
    private final TickSupervisor supervisor;

    public RolloutEngine(RuntimeServices clock) {
        this(clock, UnaryOperator.identity(), null);
    }

    /**
     * @param around put around each rollout's source, to see what it answers
     * @param copies folder for what calendars said last, so that a restart knows it; null to keep nothing
     */
    public RolloutEngine(RuntimeServices clock, UnaryOperator<MetricSource> around, Path copies) {
        this.copies = copies;
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

    /** Who releases what, and where. */
    public record Release(
            CanaryPlan plan, String rollout, String version, AdvanceMode mode, String owner, String by, Place place) {

        /** A version that was read from a command's output ends with its line break. */
        public Release {
            version = version == null ? null : version.strip();
        }

        /** Refuses what no image tag and no label can be, before anything is asked for it. */
        private void requireVersion() throws LaunchException {
            if (version == null || !NO_VERSION.matcher(version).find()) {
                return;
            }
            String hint = version.contains("$")
                    ? "a variable was not replaced; write it in double quotes"
                    : "it has a line break or another control character in it";
            throw new LaunchException(
                    "the version " + PlainText.clip(PlainText.line(version), 80) + " is none: " + hint);
        }

        private void requireWindow() throws LaunchException {
            if (plan.windows().neverOpen()) {
                throw new LaunchException(
                        "windows: they have no time in common, and so the weight would never rise; change"
                                + " those of the plan or of the administrator");
            }
        }

        /** Without secrets that are missing: for a text that nobody knows a router opens, and whoever sees it refuses. */
        Release withPlaceholders() {
            Secrets known = new PlaceholderSecrets(place.secrets);
            Place bare = new Place(known, place.servers, place.clusters, place.page, place.addresses);
            return new Release(plan, rollout, version, mode, owner, by, bare);
        }

        SourceContext sourceContext() {
            return new SourceContext(plan.target(), version, place.secrets, place.servers, place.addresses);
        }

        RouterContext routerContext(Claimant claimant, List<Weight> weights, InstantSource clock) {
            return new RouterContext(
                    rollout,
                    plan.target(),
                    version,
                    place.page == null ? owner : place.page,
                    place.secrets,
                    place.clusters,
                    claimant,
                    weights,
                    place.addresses,
                    clock);
        }

        /** The first line of its journal. */
        public RolloutEvent.Started started(long at, Map<String, String> queries) {
            return new RolloutEvent.Started(
                    at,
                    rollout,
                    plan.name(),
                    version,
                    plan.text(),
                    mode,
                    owner,
                    by,
                    queries,
                    plan.policies(),
                    Map.of(),
                    null);
        }
    }

    /**
     * What the place where the engine runs contributes to a release.
     *
     * @param clusters opens Kubernetes clusters; null for kubeconfig files
     * @param page where people find the rollout; null when it has no address
     */
    public record Place(
            Secrets secrets,
            Function<String, Optional<ConfiguredServer>> servers,
            ClusterAccess clusters,
            String page,
            AddressPolicy addresses) {

        /** For who runs the engine with their own rights: connects to whatever the plan names. */
        public static Place local(Secrets secrets) {
            return new Place(secrets, name -> Optional.empty(), null, null, AddressPolicy.UNRESTRICTED);
        }
    }

    /** For a secret that is missing stands a text that nobody knows. */
    record PlaceholderSecrets(Secrets secrets) implements Secrets {

        @Override
        public String resolve(PlanRef ref) {
            try {
                return secrets.resolve(ref);
            } catch (SecretMissing e) {
                return UUID.randomUUID().toString();
            }
        }

        @Override
        public Store store(PlanRef ref) throws SecretMissing {
            return secrets.store(ref);
        }

        @Override
        public void allowFile(String path) throws SecretMissing {
            secrets.allowFile(path);
        }

        @Override
        public void allowMachineCredentials(String cloud, String instead) throws SecretMissing {
            secrets.allowMachineCredentials(cloud, instead);
        }
    }

    /** The rollout could not begin or go on. The message says what is missing and what to do. */
    public static final class LaunchException extends Exception {
        private static final long serialVersionUID = 1L;

        LaunchException(String message) {
            super(PlainText.line(message));
        }

        LaunchException(String message, Throwable cause) {
            super(PlainText.line(message), cause);
        }

        /** With remedies of several lines. */
        LaunchException(String where, PreflightRefusal found) {
            super(where + found.text(), found);
        }
    }

    /**
     * Prepares a rollout whose journal is open. Blocks while the router is opened, the cluster looked at and the target
     * claimed; moves no traffic. The journal is closed with the rollout.
     *
     * @throws LaunchException when the router or the metrics cannot be opened; the journal stays open then
     */
    public Launched open(Release release, RolloutState state, Journal journal) throws LaunchException {
        if (state.started() == null) {
            release.requireVersion();
            release.requireWindow();
        }
        TrafficRouter router = router(release, state, journal);
        MetricSource source;
        try {
            Instant began = state.started() == null
                    ? clock.instant()
                    : Instant.ofEpochMilli(state.started().at());
            source = around.apply(sources.open(
                    release.plan().metrics(), release.sourceContext().since(began)));
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
     * @throws LaunchException when the router cannot be opened, or another rollout has the target; the journal stays open
     */
    public Launched openForRollBack(Release release, RolloutState state, Journal journal, String why)
            throws LaunchException {
        Release bare = release.withPlaceholders();
        TrafficRouter router = router(bare, state, journal);
        // Whom a notice reaches goes by the real secrets.
        return launch(release, context(bare, state, journal), state, journal, router, new UnreadSource(why));
    }

    /**
     * What the router of a rollout reports of itself. Blocks; changes nothing.
     *
     * @throws LaunchException when it does not answer
     */
    public Observation look(Release release) throws LaunchException {
        try (TrafficRouter router =
                router(release.withPlaceholders(), RolloutState.empty(release.plan()), events -> {})) {
            return router.observe();
        } catch (RouterException e) {
            throw refused(release.plan(), e);
        }
    }

    private static LaunchException refused(CanaryPlan plan, RouterException e) {
        String where = "traffic." + plan.traffic().driver() + ": ";
        return e instanceof PreflightRefusal found
                ? new LaunchException(where, found)
                : new LaunchException(where + e.getMessage(), e);
    }

    private RouterContext context(Release release, RolloutState state, Journal journal) {
        Taking taking = state.started() == null ? Taking.ANEW : Taking.AGAIN;
        List<Weight> weights =
                release.plan().phases().stream().map(Phase::weight).toList();
        return release.routerContext(new Claimant(release.rollout(), taking, journal::seq), weights, clock);
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
        CalendarReader known = watched ? calendars(release, state, metrics, router) : null;
        Probers.Probing probing = plan.probes() == null || !watched ? null : probing(release, metrics, router);
        MetricSource source = probing == null ? metrics : probing.source();
        RolloutRun run = new RolloutRun(
                plan, state, journal, router, source, clock, known == null ? Windows.Calendars.EMPTY : known);
        if (probing != null) {
            probing.attach(run, clock.decisions());
        }
        Claim claim = new Claim(router, run, clock);
        StartChecks readiness = new StartChecks(
                Preflight.of(plan.environment().preflight(), plan.schedule(), plan.traffic(), context), configuration);
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

    /** A rollout that goes on waits for no calendar: until it is read, what it said before counts, or nothing rises. */
    private CalendarReader calendars(Release release, RolloutState state, MetricSource source, TrafficRouter router)
            throws LaunchException {
        try {
            CalendarReader reader = CalendarReader.open(
                    release.plan().windows(),
                    release.place().secrets(),
                    release.place().addresses(),
                    calendars,
                    new CalendarCopies(copies, release.rollout()),
                    clock);
            if (state.started() == null) {
                reader.await();
            }
            return reader;
        } catch (SecretMissing e) {
            source.close();
            router.close();
            throw new LaunchException("windows.calendar: " + e.getMessage(), e);
        }
    }

    private Probers.Probing probing(Release release, MetricSource source, TrafficRouter router) throws LaunchException {
        try {
            return new Probers.Probing(release.plan(), source, probers.open(release), clock::now);
        } catch (MetricException e) {
            source.close();
            router.close();
            throw new LaunchException(e.getMessage(), e);
        }
    }

    /** A rollout that is ready to go. Listeners are best added now: they see every event. */
    public record Launched(
            Release release,
            RolloutRun run,
            MetricSource source,
            TrafficRouter router,
            RuntimeServices clock,
            Claim claim,
            StartChecks readiness) {

        /** Writes the first line and begins; nobody knows who committed or started it. */
        public void begin() {
            begin(Map.of(), null);
        }

        /**
         * Writes the first line and begins.
         *
         * @param involved whose agreement the plan may exclude; without those that are not known
         * @param committedAt the first commit since the version before, milliseconds since the epoch; null when it is not known
         */
        public void begin(Map<Exclusion, List<String>> involved, Long committedAt) {
            run.begin(release.started(clock.now(), queries()).with(involved, committedAt), readiness.told());
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
                    String text =
                            source.describe(plan.comparesWithBaseline(i) ? OpenTick.Question.ofBaseline(query) : query);
                    if (text != null) {
                        texts.put(query.key(), text);
                    }
                }
            }
            return texts;
        }
    }
}
