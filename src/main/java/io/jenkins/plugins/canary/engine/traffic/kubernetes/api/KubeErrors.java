package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URL;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What an API server's refusal means, for people; and whether asking again could help. */
final class KubeErrors {

    /** {@code User "system:serviceaccount:shop:ci" cannot update resource ...}. */
    private static final Pattern WHO = Pattern.compile("User \"([^\"]+)\" cannot ");

    private static final Pattern ADMISSION =
            Pattern.compile("admission webhook \"|ValidatingAdmissionPolicy|exceeded quota|violates PodSecurity");
    private static final int LONGEST = 500;

    private KubeErrors() {}

    /**
     * @param status the Status object that came, or anything else
     * @param retryAfterSeconds 0 when the server does not say
     */
    static RouterException translate(int code, JsonNode status, long retryAfterSeconds, String verb, ObjectRef ref) {
        String says = shortened(status.path("message").asText("no reason given"));
        String what = verb + " " + ref;
        if (ADMISSION.matcher(says).find()) {
            return RouterException.permanent(
                    "an admission rule of the cluster does not allow to " + what + ": " + says);
        }
        return switch (code) {
            case 400, 405, 413, 415 ->
                RouterException.permanent("the API server does not accept " + what + ": " + says);
            case 401 ->
                new RouterException(
                        "the API server does not accept the credentials (401) on " + what
                                + "; the token is wrong or has expired: renew it in the kubeconfig or in the credentials used here");
            case 403 -> RouterException.permanent(forbidden(says, verb, ref));
            case 404 ->
                namesTheObject(status)
                        ? RouterException.permanent("there is no " + ref + " in the cluster")
                        : new UnknownKindException(
                                "the cluster does not know " + ref.kind().resource() + " in version "
                                        + ref.kind().version()
                                        + ": its custom resource definition is missing, or is older or newer than that");
            case 409 -> new ConflictException("somebody else changed " + ref + " meanwhile: " + says);
            case 422 -> RouterException.permanent("the API server finds " + ref + " invalid: " + says);
            case 429 ->
                new RouterException("the API server is busy and refused to " + what + " (429)"
                        + (retryAfterSeconds == 0
                                ? ""
                                : "; it wants to be asked again in " + retryAfterSeconds + " s"));
            default -> new RouterException("the API server failed to " + what + " (" + code + "): " + says);
        };
    }

    /** Whether a 404 is about the object, and not about its whole kind. */
    static boolean namesTheObject(JsonNode status) {
        return !status.path("details").path("name").asText().isEmpty();
    }

    /** The smallest rule that allows it, on one line, ready for a Role. */
    private static String forbidden(String says, String verb, ObjectRef ref) {
        Matcher who = WHO.matcher(says);
        return (who.find() ? who.group(1) : "the user of these credentials") + " may not " + verb + " "
                + ref.kind().resource() + " in namespace " + ref.namespace() + " (" + ref + "); add to its Role:"
                + " {apiGroups: [\"" + ref.kind().group() + "\"], resources: ["
                + ref.kind().plural() + "], verbs: ["
                + verb + "]}";
    }

    /**
     * @param what what was asked: {@code get HTTPRoute shop/api}
     */
    static RouterException unreachable(Throwable failure, String what, URL server) {
        String why = null;
        String last = "";
        for (Throwable t = failure; t != null; t = t.getCause()) {
            last = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
            if (t instanceof UnknownHostException) {
                why = "its name is not known here (" + server.getHost() + "); which kubeconfig is meant?";
            } else if (t instanceof InterruptedIOException || t instanceof TimeoutException) {
                why = "no answer in time";
            } else if (t instanceof ConnectException) {
                why = "nothing answers at that address";
            } else if (t instanceof SSLException) {
                why = "its certificate was not accepted, or it did not accept ours: " + shortened(last);
            }
        }
        return new RouterException(
                "cannot " + what + ": the API server " + server + " is out of reach: "
                        + (why == null ? shortened(last) : why),
                failure);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").trim();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
