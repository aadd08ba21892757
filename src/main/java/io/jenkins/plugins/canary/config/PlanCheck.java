package io.jenkins.plugins.canary.config;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.Template;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.window.FreezeCalendar;
import io.jenkins.plugins.canary.engine.traffic.haproxy.HaproxyDriver.HaproxySettings;
import io.jenkins.plugins.canary.engine.traffic.haproxy.RuntimeAddress;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmDriver.HelmSettings;
import io.jenkins.plugins.canary.engine.traffic.local.LocalDriver.ControlSettings;
import io.jenkins.plugins.canary.engine.traffic.own.HttpDriver.HttpSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Holds the addresses in a plan against what the administrator allows, before anything begins. Looks no name up and connects
 * to nothing: what names stand for is checked when they are connected to, see {@link PlanConnections}.
 */
public final class PlanCheck {

    private static final Pattern HTTP =
            Pattern.compile("(?i)(https?)://([^/?#]*@)?(\\[[^\\]]*]|[^/?#:]*)(?::(\\d+))?([/?#].*)?");

    private final PlanAddresses policy;
    private final AllowedAddresses allowed;

    public PlanCheck(PlanAddresses policy, AllowedAddresses allowed) {
        this.policy = policy;
        this.allowed = allowed;
    }

    /** By what the administrator has set. */
    public static PlanCheck configured() {
        CanaryConfiguration settings = CanaryConfiguration.get();
        return new PlanCheck(settings.getPlanAddresses(), settings.allowed());
    }

    /**
     * What is wrong with the first address that may not be named, and what to do; empty when all may.
     *
     * @param version what {@code {{version}}} in an address stands for; null when there is none
     */
    public Optional<String> problem(CanaryPlan plan, String version) {
        Stream<String> metrics = metricUrls(plan).stream();
        Stream<String> probes = plan.probes() == null
                ? Stream.empty()
                : plan.probes().entries().values().stream().map(e -> e.url());
        // One that is a secret is checked when it is connected to.
        Stream<String> calendars =
                plan.windows().calendars().stream().map(FreezeCalendar::address).filter(Objects::nonNull);
        return router(plan.traffic())
                .or(() -> urls(metrics.flatMap(url -> filled(plan, version, url)), "metrics"))
                .or(() -> urls(probes.flatMap(url -> filled(plan, version, url)), "probes"))
                .or(() -> urls(calendars, "windows.calendar"));
    }

    private Optional<String> urls(Stream<String> urls, String where) {
        return urls.flatMap(url -> url(url, where).stream()).findFirst();
    }

    /** What an address is once its placeholders are filled, for either track: the plan chooses their values as well. */
    private static Stream<String> filled(CanaryPlan plan, String version, String url) {
        return Arrays.stream(Track.values())
                .map(track -> {
                    Map<String, String> values = new HashMap<>();
                    values.put("track", track.word());
                    values.put("target", plan.target().deployment());
                    values.put("namespace", plan.target().namespace());
                    values.put("window", "1m");
                    values.put(Template.LABELS, Template.LABELS);
                    values.put("version", version);
                    try {
                        return new Template(url, values).url();
                    } catch (IllegalArgumentException noValue) {
                        // Nothing is sent there either.
                        return url;
                    }
                })
                .distinct();
    }

    private static List<String> metricUrls(CanaryPlan plan) {
        List<String> urls = new ArrayList<>();
        SourceSettings source = plan.metrics().source();
        if (source instanceof SourceSettings.Prometheus p && p.url() != null) {
            urls.add(p.url());
        } else if (source instanceof SourceSettings.Scrape s) {
            urls.addAll(s.canary());
            urls.addAll(s.stable());
        }
        for (CustomMetric metric : plan.metrics().custom().values()) {
            if (metric.json() != null) {
                urls.add(metric.json().request().url());
            }
            if (metric.alerts() != null && metric.alerts().url() != null) {
                urls.add(metric.alerts().url());
            }
        }
        if (plan.metrics().logs() != null) {
            urls.add(plan.metrics().logs().server().url());
        }
        return urls;
    }

    private Optional<String> router(RouterSettings traffic) {
        if (traffic instanceof ControlSettings local) {
            return url(local.control().toString(), "traffic.local.control");
        }
        if (traffic instanceof HttpSettings own) {
            return url(own.url().toString(), "traffic.http.url");
        }
        if (traffic instanceof HaproxySettings haproxy) {
            RuntimeAddress address = haproxy.socket();
            if (address.socket() == null) {
                return host(address.host(), address.port(), "traffic.haproxy.socket");
            }
            String path = address.toString();
            return allowed.hasSocket(path)
                    ? Optional.empty()
                    : Optional.of("traffic.haproxy.socket: a plan must not use"
                            + " the controller's socket " + path
                            + " unless an administrator allows it: add the path to the"
                            + " allowed addresses of Canary releases, or use tcp://HOST:PORT");
        }
        if (traffic instanceof HelmSettings helm && helm.chart().contains("://")) {
            // A registry is asked over HTTPS.
            return url(helm.chart().replaceFirst("^oci:", "https:"), "traffic.helm.chart");
        }
        return Optional.empty();
    }

    private Optional<String> url(String url, String where) {
        Matcher m = HTTP.matcher(url);
        if (!m.matches()) {
            return Optional.of(where + ": '" + url + "' is not an http or https address");
        }
        int usual = m.group(1).equalsIgnoreCase("https") ? 443 : 80;
        return host(m.group(3), m.group(4) == null ? usual : Integer.parseInt(m.group(4)), where);
    }

    private Optional<String> host(String host, int port, String where) {
        return PlanConnections.refusal(policy, allowed, host, port, null).map(refusal -> where + ": " + refusal);
    }
}
