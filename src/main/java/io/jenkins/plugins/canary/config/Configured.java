package io.jenkins.plugins.canary.config;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import hudson.Util;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.metric.ConfiguredServer;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.plan.Approver;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import jenkins.model.Jenkins;

/**
 * What is configured for the plans of one job: the servers, clusters and lists of approvers that they may name, policies, and
 * plans to extend. What the job's own folder configures comes before what the folders above configure, and that before the
 * controller's.
 */
public final class Configured {

    private static final long QUERY_TIMEOUT_MILLIS = 10_000;

    /** A server or cluster, and the full name of the folder that configures it; "" for the controller. */
    public record Found<T>(String folder, T value) {}

    private final String job;

    /** @param job full name; the job itself may be gone */
    public Configured(String job) {
        this.job = job;
    }

    /** The server of a name, with how to sign in to it; a folder's own is connected to where its plans may connect to. */
    public Optional<ConfiguredServer> prometheus(String name) {
        return find(Place::getPrometheusServers, s -> name.equals(s.getName()))
                .map(found -> new ConfiguredServer(
                        new SourceSettings.Prometheus(
                                found.value().getUrl(),
                                name,
                                ConfiguredSecret.auth(
                                        found.folder(), found.value().getCredentialsId()),
                                found.value().getTenant(),
                                QUERY_TIMEOUT_MILLIS),
                        found.folder().isEmpty() ? AddressPolicy.UNRESTRICTED : PlanConnections.POLICY));
    }

    /** The cluster of a name, whether or not the job may use it. */
    public Optional<Found<KubernetesCluster>> cluster(String name) {
        return find(Place::getKubernetesClusters, c -> name.equals(c.getName()));
    }

    /** Those on the list of approvers of a name; empty when there is no such list. */
    public Optional<List<Approver>> approvers(String name) {
        return find(Place::getApprovers, l -> name.equals(l.getName()))
                .map(found -> found.value().approvers());
    }

    /** Names of the clusters that the job may use, the nearest first. */
    public List<String> clusterNames() {
        return places().stream()
                .flatMap(p -> p.value().getKubernetesClusters().stream())
                .filter(c -> c.isFor(job))
                .map(KubernetesCluster::getName)
                .distinct()
                .toList();
    }

    private <T> Optional<Found<T>> find(Function<Place, List<T>> list, Predicate<T> wanted) {
        return places().stream()
                .flatMap(p -> list.apply(p.value()).stream().filter(wanted).map(v -> new Found<>(p.folder(), v)))
                .findFirst();
    }

    /** Of the folders above the job, whoever asks: nobody escapes a policy by not seeing its folder. */
    private List<Found<Place>> places() {
        try (ACLContext everything = ACL.as2(ACL.SYSTEM2)) {
            return visible();
        }
    }

    private List<Found<Place>> visible() {
        List<Found<Place>> all = new ArrayList<>();
        for (int end = job.lastIndexOf('/'); end > 0; end = job.lastIndexOf('/', end - 1)) {
            String folder = job.substring(0, end);
            Item item = Jenkins.get().getItemByFullName(folder);
            if (item instanceof AbstractFolder<?> f) {
                CanaryFolderProperty property = f.getProperties().get(CanaryFolderProperty.class);
                if (property != null) {
                    all.add(new Found<>(folder, property));
                }
            }
        }
        all.add(new Found<>("", CanaryConfiguration.get()));
        return all;
    }

    /** The policies over the job's plans, the controller's first. */
    public List<PlanFile> policies() {
        List<PlanFile> policies = new ArrayList<>();
        for (Found<Place> place : places()) {
            if (Util.fixEmptyAndTrim(place.value().getPolicy()) != null) {
                policies.add(
                        0,
                        new PlanFile(
                                place.folder().isEmpty()
                                        ? "policy of the controller"
                                        : "policy of folder " + place.folder(),
                                place.value().getPolicy()));
            }
        }
        return policies;
    }

    /** The plan of a name that others may extend. */
    public Optional<PlanFile> plan(String name) {
        return find(Place::getPlans, p -> name.equals(p.getName()))
                .map(found -> new PlanFile(
                        "plan " + name + " of "
                                + (found.folder().isEmpty() ? "the controller" : "folder " + found.folder()),
                        found.value().getYaml()));
    }

    /** Whether the job's rollouts are checks on the commits of their builds, where a server takes them. */
    public boolean isPublishingChecks() {
        return places().stream()
                .map(p -> p.value().getCommitChecks())
                .filter(c -> c != CommitChecks.INHERIT)
                .findFirst()
                .map(c -> c == CommitChecks.PUBLISH)
                .orElse(true);
    }

    /** A place where servers, clusters, lists of approvers, plans and policies are configured: the controller, or a folder. */
    interface Place {

        List<PrometheusServer> getPrometheusServers();

        List<KubernetesCluster> getKubernetesClusters();

        List<ApproverList> getApprovers();

        /** Plans that others may extend. */
        List<NamedPlan> getPlans();

        /** What every plan must have, and its limits; "" for nothing. */
        String getPolicy();

        /** Whether rollouts are checks on the commits of their builds. */
        CommitChecks getCommitChecks();
    }
}
