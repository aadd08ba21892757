package io.jenkins.plugins.canary.engine.traffic.own;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.AuthReader;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads {@code http: { url: "https://traffic.example.com/payment", auth: { bearer: env:TOKEN }, timeout: 10s }}. */
public final class HttpDriver implements RouterDriver {

    private static final String NAME = "http";

    private static final Section KEYS = Section.of(
            "httpRouter",
            "A server of your own that moves the traffic: `GET URL/weight`, `PUT URL/weight`, `POST URL/promote`.",
            Map.of(
                    "base",
                            KeyType.string(
                                    "address", "^https?://(?!.*\\{\\{)[^\\s@/?#]+(/[^\\s?#]*)?$", HttpDriver::base),
                    "auth", AuthReader.TYPE,
                    "timeout", KeyType.string("duration, at most `1m`", KeyType.DURATION, HttpDriver::timeout)),
            """
            url     | base    | required, `https://traffic.example.com/payment` | Where the server is, without `/weight`, query and fragment.
            auth    | auth    | none  | How to sign in.
            timeout | timeout | `10s` | For one call and its answer.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    /** Probes have a section of that name. */
    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        URI url = settings.get("url");
        Duration timeout = settings.get("timeout");
        Auth auth = settings.getOr("auth", Auth.NONE);
        return url == null ? null : new HttpSettings(url, auth, timeout);
    }

    /** Without the slash at its end. */
    private static URI base(YamlNode value) {
        String text = value.url();
        if (text == null) {
            return null;
        }
        if (text.contains("{{")) {
            value.error("an address of a router holds no placeholder", "write the address itself");
            return null;
        }
        URI url = URI.create(text);
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            value.error(
                    "'" + text + "' has a query or a fragment",
                    "write scheme, host and path only, such as https://traffic.example.com/payment");
            return null;
        }
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + HttpCall.base(url.getRawPath()));
    }

    private static Duration timeout(YamlNode value) {
        return value.checked(
                value.positive(),
                d -> d.compareTo(Duration.ofMinutes(1)) <= 0,
                "a timeout of a router is at most 1m",
                "write for example 10s");
    }

    /**
     * @param url without a slash at its end
     * @param timeout for one call and its answer
     */
    public record HttpSettings(URI url, Auth auth, Duration timeout) implements RouterSettings {

        @Override
        public String driver() {
            return NAME;
        }

        /** Whoever signs in, and however: the address is one place. */
        @Override
        public Object place(Target target, ClusterAccess clusters) {
            return List.of(NAME, url.getRawAuthority().toLowerCase(Locale.ROOT), url.getRawPath());
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            HttpRouter router = new HttpRouter(this, context);
            router.observe();
            return router;
        }
    }
}
