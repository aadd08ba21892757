package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Units;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.HttpException;

/** Says in words for people why a server gave no answer. */
final class HttpFailure {

    private HttpFailure() {}

    static String explain(URI uri, Throwable fault, Deadline deadline) {
        String address = PlainText.address(uri);
        if (has(fault, HttpFetcher.Refused.class)) {
            return address + " is not connected to: "
                    + find(fault, HttpFetcher.Refused.class).getMessage();
        }
        if (has(fault, HttpFetcher.Busy.class)) {
            return address + ": " + find(fault, HttpFetcher.Busy.class).getMessage();
        }
        if (has(fault, UnknownHostException.class)) {
            return address + " cannot be reached: the host name '" + uri.getHost() + "' is not known";
        }
        if (has(fault, BoundedAnswer.TooLarge.class)) {
            return address + ": " + find(fault, BoundedAnswer.TooLarge.class).getMessage();
        }
        if (has(fault, HttpFetcher.Unusable.class)) {
            return address + ": " + find(fault, HttpFetcher.Unusable.class).getMessage();
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

    /** Without the address, which may be a secret. */
    static String kind(Throwable fault) {
        return has(fault, HttpFetcher.Refused.class)
                ? "its address is not connected to"
                : has(fault, UnknownHostException.class)
                        ? "its host is not known"
                        : fault instanceof TimeoutException || has(fault, ConnectTimeoutException.class)
                                ? "too slow"
                                : has(fault, SSLException.class)
                                        ? "no secure connection"
                                        : has(fault, ConnectException.class)
                                                ? "nothing accepts connections there"
                                                : has(fault, HttpFetcher.Busy.class)
                                                        ? "too many requests are waiting"
                                                        : "the connection broke";
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
