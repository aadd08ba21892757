package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.Refusal;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;

/** The page's files, {@code GET /rollout} and {@code POST /ACTION}; nothing else is there. */
final class GateHandler extends Handler.Abstract {

    private static final int LARGEST_FORM = 64 * 1024;
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
                answer(response, callback, 200, "application/json",
                        api.rollout(query.getValue("since"), query.getValue("generation"), person));
            } else if (get) {
                file(path.isEmpty() ? "index.html" : path, response, callback);
            } else if (HttpMethod.POST.is(request.getMethod())) {
                answer(response, callback, 200, "application/json", api.act(path, form(request), person));
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

    private static Map<String, String> form(Request request) throws IOException, Refusal {
        byte[] body;
        try (InputStream in = Content.Source.asInputStream(request)) {
            body = in.readNBytes(LARGEST_FORM + 1);
        }
        if (body.length > LARGEST_FORM) {
            throw new Refusal(413, "the form is larger than " + LARGEST_FORM / 1024 + " KB: shorten the text");
        }
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
                .put("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'none'; "
                        + "frame-ancestors 'none'; object-src 'none'")
                .put("X-Content-Type-Options", "nosniff")
                .put("Referrer-Policy", "no-referrer");
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
