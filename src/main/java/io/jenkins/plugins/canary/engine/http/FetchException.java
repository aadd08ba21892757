package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Units;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.HttpException;

/** No answer came, or none that can be used. The message is for people: who was asked, what happened, what to do. */
public final class FetchException extends Exception {
    private static final long serialVersionUID = 1L;

    /** In a few words, without the address, which may be a secret; the first that is found counts. */
    private static final List<Map.Entry<Class<? extends Throwable>, String>> KINDS = List.of(
            Map.entry(HttpFetcher.Refused.class, "its address is not connected to"),
            Map.entry(HttpFetcher.Unsigned.class, "nobody can be signed in there"),
            Map.entry(UnknownHostException.class, "its host is not known"),
            Map.entry(TimeoutException.class, "too slow"),
            Map.entry(ConnectTimeoutException.class, "too slow"),
            Map.entry(SSLException.class, "no secure connection"),
            Map.entry(ConnectException.class, "nothing accepts connections there"),
            Map.entry(HttpFetcher.Busy.class, "too many requests are waiting"));

    FetchException(String message, Throwable cause) {
        super(PlainText.line(message), cause);
    }

    static FetchException of(URI uri, Throwable fault, Deadline deadline) {
        return new FetchException(explain(uri, fault, deadline), fault);
    }

    private static String explain(URI uri, Throwable fault, Deadline deadline) {
        String address = PlainText.address(uri);
        if (has(fault, HttpFetcher.Refused.class)) {
            return address + " is not connected to: " + said(find(fault, HttpFetcher.Refused.class));
        }
        if (has(fault, HttpFetcher.Unsigned.class)) {
            return address + " was not asked: " + said(find(fault, HttpFetcher.Unsigned.class));
        }
        if (has(fault, HttpFetcher.Busy.class)) {
            return address + ": " + said(find(fault, HttpFetcher.Busy.class));
        }
        if (has(fault, UnknownHostException.class)) {
            return address + " cannot be reached: the host name '" + uri.getHost() + "' is not known";
        }
        if (has(fault, BoundedAnswer.TooLarge.class)) {
            return address + ": " + said(find(fault, BoundedAnswer.TooLarge.class));
        }
        if (has(fault, ConnectTimeoutException.class)) {
            return address + " cannot be reached: no connection in time";
        }
        if (fault instanceof CancellationException) {
            return address + ": the request was given up";
        }
        if (fault instanceof TimeoutException) {
            return address + " did not answer within " + Units.print(deadline.total());
        }
        if (has(fault, SSLException.class)) {
            return address + ": no secure connection (" + PlainText.clip(said(find(fault, SSLException.class)), 160)
                    + "); see trustStore and keyStore under 'auth' in the plan";
        }
        if (has(fault, ConnectException.class)) {
            return address + " cannot be reached: nothing accepts connections there";
        }
        // What came instead of HTTP is not repeated: it may be anybody's.
        return address + ": the connection broke ("
                + (has(fault, HttpException.class) ? "what came is not HTTP" : PlainText.clip(said(fault), 160)) + ")";
    }

    /** What happened in a few words that name nobody. */
    public String kind() {
        return KINDS.stream()
                .filter(kind -> has(getCause(), kind.getKey()))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse("the connection broke");
    }

    private static String said(Throwable fault) {
        return fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
    }

    private static boolean has(Throwable fault, Class<? extends Throwable> type) {
        return find(fault, type) != null;
    }

    private static Throwable find(Throwable fault, Class<? extends Throwable> type) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return t;
            }
        }
        return null;
    }
}
