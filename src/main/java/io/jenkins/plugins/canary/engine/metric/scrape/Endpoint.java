package io.jenkins.plugins.canary.engine.metric.scrape;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One /metrics address of the service, and what it said so far. */
final class Endpoint {

    /** The largest page, in bytes. */
    static final int LARGEST_PAGE = 8 << 20;

    private static final String PLAIN =
            "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    /** Without being asked for it, exporters write underscores for the signs that only UTF-8 names have. */
    private static final String UTF_8 = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5," + PLAIN.replace("q=0.5", "q=0.3");

    private final URI uri;
    private final Set<String> names;
    private final String accept;
    private final History history;

    /** @param plain whether the plan names nothing that needs UTF-8 */
    Endpoint(URI uri, Set<String> names, boolean plain, History.Limits limits) {
        this.accept = plain ? PLAIN : UTF_8;
        this.history = new History(limits);
        this.uri = uri;
        this.names = names;
    }

    String address() {
        return PlainText.address(uri);
    }

    History history() {
        return history;
    }

    /** Never completes exceptionally. */
    CompletableFuture<Scrape> scrape(HttpFetcher web, Credentials credentials, Duration timeout) {
        CompletableFuture<Scrape> page;
        try {
            HttpCall request = credentials.sign(HttpCall.to(uri).header("Accept", accept));
            page = web.fetch(request, LARGEST_PAGE, Deadline.in(timeout), this::read);
        } catch (Throwable fault) {
            page = CompletableFuture.failedFuture(fault);
        }
        return page.exceptionally(fault -> {
            Throwable cause = HttpFetcher.cause(fault);
            return new Scrape(
                    this,
                    List.of(),
                    credentials.redact(
                            cause instanceof MetricException || cause instanceof FetchException
                                    ? cause.getMessage()
                                    : PlainText.address(uri) + " answered with something that cannot be read ("
                                            + cause.getClass().getSimpleName() + ")"));
        });
    }

    private Scrape read(HttpAnswer answer) throws MetricException {
        if (answer.status() / 100 != 2) {
            throw new MetricException(answer.refusal());
        }
        if (answer.mediaType().equals("text/html")) {
            throw new MetricException(
                    PlainText.address(uri) + " answered with a web page instead of metrics" + answer.title());
        }
        return new Scrape(this, page(answer), null);
    }

    private List<Sample> page(HttpAnswer answer) throws MetricException {
        try {
            return Exposition.read(
                    answer.text(),
                    Exposition.Format.of(answer.mediaType()),
                    names::contains,
                    History.Limits.ENDPOINT.series());
        } catch (MetricException e) {
            throw new MetricException(PlainText.address(uri) + ": " + e.getMessage(), e);
        }
    }

    /** @param fault why there are no samples; null when the scrape worked out */
    record Scrape(Endpoint endpoint, List<Sample> samples, String fault) {}
}
