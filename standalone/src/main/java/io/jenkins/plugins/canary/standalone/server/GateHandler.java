package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.report.monitoring.RolloutGauges;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.Refusal;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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

/** The page's files, {@code GET /rollout}, {@code GET /metrics} for Prometheus, and {@code POST /ACTION}; nothing else is there. */
final class GateHandler extends Handler.Abstract {

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
    private final RequestBody forms = new RequestBody(LARGEST_FORM, FORM_DEADLINE, MOST_FORMS);
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
                answer(
                        response,
                        callback,
                        200,
                        "application/json",
                        api.rollout(query.getValue("since"), query.getValue("generation"), person));
            } else if (get && path.equals("metrics")) {
                ServerMetrics.Page page =
                        ServerMetrics.page(api.view(), request.getHeaders().get(HttpHeader.ACCEPT));
                answer(response, callback, 200, page.contentType(), page.text());
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
        byte[] bytes = FILE.matcher(name).matches() ? files.get(name) : null;
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
        try {
            answer(response, callback, 200, "application/json", api.act(action, form(body), person));
        } catch (Refusal refusal) {
            refuse(response, callback, refusal);
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

    static void refuse(Response response, Callback callback, Refusal refusal) {
        answer(response, callback, refusal.status(), "application/json", RolloutApi.refused(refusal));
    }

    private static void answer(Response response, Callback callback, int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, type)
                .put(HttpHeader.CONTENT_LENGTH, body.length)
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put(
                        "Content-Security-Policy",
                        "default-src 'self'; base-uri 'none'; form-action 'none'; "
                                + "frame-ancestors 'none'; object-src 'none'")
                .put("X-Content-Type-Options", "nosniff")
                .put("Referrer-Policy", "no-referrer");
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** What the rollout in the foreground is at, in the format that the scraper asks for; nothing once it has ended. */
    static final class ServerMetrics {

        private static final ExpositionFormats FORMATS = ExpositionFormats.init();

        record Page(String contentType, byte[] text) {}

        private ServerMetrics() {}

        /** @param accept the scraper's Accept header, or null */
        static Page page(RolloutView view, String accept) throws IOException {
            RolloutGauges gauges = new RolloutGauges();
            RolloutState state = view.state();
            if (state.started() != null) {
                gauges.add(state.started().rollout(), view.plan().name(), view);
            }
            ExpositionFormatWriter writer = FORMATS.findWriter(accept);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            writer.write(text, gauges.read());
            return new Page(writer.getContentType(), text.toByteArray());
        }
    }
}
