package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.report.monitoring.RolloutGauges;
import io.jenkins.plugins.canary.engine.report.monitoring.ScrapeAnswer;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.Refusal;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;

/**
 * Serves the gate page of one rollout to the browsers of this machine: on 127.0.0.1 only, without a sign-in. Whoever
 * has an account here may look and decide, which is why pages of other sites are kept out ({@link SameOrigin}).
 */
public final class GateServer implements AutoCloseable {

    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

    private final PlainServer server;

    private GateServer(PlainServer server) {
        this.server = server;
    }

    /**
     * @param port 0 for a free one
     * @param person in whose name the buttons act
     * @throws IOException when the port is taken; the message says what to do
     */
    public static GateServer start(RolloutApi api, Person person, int port) throws IOException {
        try {
            return new GateServer(PlainServer.start(
                    "canary-page",
                    new InetSocketAddress("127.0.0.1", port),
                    false,
                    new SameOrigin(new GateHandler(api, person))));
        } catch (IOException e) {
            throw taken(e)
                    ? new IOException("port " + port + " of 127.0.0.1 is taken by another program: stop it, or choose "
                            + "another port (0 finds a free one)")
                    : new IOException("the gate page cannot be served on port " + port + ": " + e.getMessage(), e);
        }
    }

    private static boolean taken(Throwable e) {
        return e instanceof BindException || e.getCause() != null && taken(e.getCause());
    }

    /** The page's address. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
    }

    @Override
    public void close() {
        server.close();
    }

    static void refuse(Response response, Callback callback, Refusal refusal) {
        answer(response, callback, refusal.status(), "application/json", RolloutApi.refused(refusal));
    }

    private static void answer(Response response, Callback callback, int status, String type, byte[] body) {
        response.getHeaders()
                .put("Content-Security-Policy", POLICY)
                .put("X-Content-Type-Options", "nosniff")
                .put("Referrer-Policy", "no-referrer");
        PlainServer.answer(response, callback, status, type, body);
    }

    /**
     * Keeps other sites' pages out of a server that listens on the loopback address without a sign-in. A name of theirs
     * that resolves to 127.0.0.1 is not answered; a form or script of theirs cannot set the header that every change needs,
     * and names an origin that is not ours.
     */
    static final class SameOrigin extends Handler.Wrapper {

        static final String HEADER = "X-Requested-With";

        private static final Set<String> OURS = Set.of("127.0.0.1", "localhost", "[::1]");

        SameOrigin(Handler handler) {
            super(handler);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String refusal = refusal(request);
            if (refusal == null) {
                return super.handle(request, response, callback);
            }
            refuse(response, callback, new Refusal(403, refusal));
            return true;
        }

        private static String refusal(Request request) {
            String host = request.getHeaders().get(HttpHeader.HOST);
            if (host == null || !OURS.contains(host.replaceFirst(":\\d+$", ""))) {
                return "this page is served to 127.0.0.1 and localhost only, not to another host name";
            }
            if (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())) {
                return null;
            }
            String origin = request.getHeaders().get(HttpHeader.ORIGIN);
            if (origin != null && !origin.equals("http://" + host)) {
                return "changes are taken from this page only, not from another site";
            }
            return request.getHeaders().get(HEADER) == null
                    ? "changes need the header " + HEADER + ", which another site's page cannot send"
                    : null;
        }
    }

    /** The page's files, {@code GET /rollout}, {@code GET /metrics} for Prometheus, and {@code POST /ACTION}; nothing else is there. */
    private static final class GateHandler extends Handler.Abstract {

        private static final int LARGEST_FORM = 64 * 1024;
        private static final Duration FORM_DEADLINE = Duration.ofSeconds(10);
        private static final int MOST_FORMS = 32;
        private static final String FOLDER = "/webapp/gate/";
        private static final Pattern FILE = Pattern.compile("[a-z][a-z-]*\\.(html|js|css|svg|json)");
        private static final Map<String, String> TYPES = Map.of(
                "html", "text/html;charset=utf-8",
                "js", "text/javascript;charset=utf-8",
                "css", "text/css;charset=utf-8",
                "json", "application/json",
                "svg", "image/svg+xml");

        private final RolloutApi api;
        private final Person person;
        private final PlainServer.RequestBody forms =
                new PlainServer.RequestBody(LARGEST_FORM, FORM_DEADLINE, MOST_FORMS);
        private final Map<String, byte[]> files = new ConcurrentHashMap<>();

        GateHandler(RolloutApi api, Person person) {
            this.api = api;
            this.person = person;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String path = Request.getPathInContext(request).substring(1);
            boolean get = HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
            try {
                if (get && path.equals("rollout")) {
                    Fields query = Request.extractQueryParameters(request);
                    byte[] rollout = api.rollout(
                            query.getValue("since"), query.getValue("generation"), query.getValue("language"), person);
                    answer(response, callback, 200, "application/json", rollout);
                } else if (get && path.equals("metrics")) {
                    ScrapeAnswer metrics =
                            ScrapeAnswer.of(metrics(), request.getHeaders().get(HttpHeader.ACCEPT));
                    answer(response, callback, 200, metrics.contentType(), metrics.text());
                } else if (get) {
                    file(path.isEmpty() ? "index.html" : path, response, callback);
                } else if (HttpMethod.POST.is(request.getMethod())) {
                    forms.read(request, callback, body -> act(path, body, response, callback), refusal -> {
                        response.getHeaders().put(HttpHeader.CONNECTION, "close");
                        refuse(response, callback, refusal);
                    });
                } else {
                    response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD, POST");
                    throw new Refusal(405, "there is GET to look and POST to act");
                }
            } catch (Refusal refusal) {
                refuse(response, callback, refusal);
            }
            return true;
        }

        private void file(String name, Response response, Callback callback) throws IOException, Refusal {
            byte[] bytes = files.get(name);
            if (bytes == null && FILE.matcher(name).matches()) {
                try (InputStream in = GateHandler.class.getResourceAsStream(FOLDER + name)) {
                    bytes = in == null ? null : in.readAllBytes();
                }
            }
            if (bytes == null) {
                throw new Refusal(404, "there is nothing here: the page is at /");
            }
            files.put(name, bytes);
            answer(response, callback, 200, TYPES.get(name.substring(name.indexOf('.') + 1)), bytes);
        }

        private void act(String action, byte[] body, Response response, Callback callback) {
            String language = null;
            try {
                Map<String, String> form = form(body);
                language = form.get("language");
                answer(response, callback, 200, "application/json", api.act(action, form, person));
            } catch (Refusal refusal) {
                answer(response, callback, refusal.status(), "application/json", RolloutApi.refused(refusal, language));
            }
        }

        private static Map<String, String> form(byte[] body) throws Refusal {
            Fields fields = new Fields();
            try {
                UrlEncoded.decodeTo(new String(body, StandardCharsets.UTF_8), fields::add, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw new Refusal(400, "the form's fields cannot be read: " + e.getMessage());
            }
            Map<String, String> form = new HashMap<>();
            fields.forEach(f -> form.put(f.getName(), f.getValue()));
            return form;
        }

        /** What the rollout in the foreground is at; nothing once it has ended. */
        private MetricSnapshots metrics() {
            RolloutGauges gauges = new RolloutGauges();
            RolloutView view = api.view();
            if (view.state().started() != null) {
                gauges.add(view.state().started().rollout(), view.plan().name(), view);
            }
            return gauges.read();
        }
    }
}
