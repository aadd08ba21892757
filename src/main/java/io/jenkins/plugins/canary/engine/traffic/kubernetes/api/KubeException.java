package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URL;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** An API server's refusal: what it means, for people; and whether asking again could help. */
final class KubeException extends RouterException {

    private static final long serialVersionUID = 1L;

    /** {@code User "system:serviceaccount:shop:ci" cannot update resource ...}. */
    private static final Pattern WHO = Pattern.compile("User \"([^\"]+)\" cannot ");

    private static final Pattern ADMISSION =
            Pattern.compile("admission webhook \"|ValidatingAdmissionPolicy|exceeded quota|violates PodSecurity");
    private static final Set<Integer> FOR_GOOD = Set.of(400, 403, 404, 405, 413, 415, 422);
    private static final int LONGEST = 500;

    private final int code;
    private final boolean namesTheObject;

    private KubeException(String message, int code, boolean namesTheObject, boolean permanent) {
        super(message, null, permanent);
        this.code = code;
        this.namesTheObject = namesTheObject;
    }

    /**
     * @param status the Status object that came, or anything else
     * @param retryAfterSeconds 0 when the server does not say
     */
    static KubeException of(int code, JsonNode status, long retryAfterSeconds, String verb, ObjectRef ref) {
        String says = shortened(status.path("message").asText("no reason given"));
        boolean namesTheObject = !status.at("/details/name").asText().isEmpty();
        boolean noNamespace = code == 404 && status.at("/details/kind").asText().equals("namespaces");
        boolean admission = ADMISSION.matcher(says).find();
        String message = admission
                ? "an admission rule of the cluster does not allow to " + verb + " " + ref + ": " + says
                : noNamespace
                        ? "the namespace " + ref.namespace() + " does not exist in this cluster; write target: {"
                                + " namespace: NAME }, or create it: kubectl create namespace " + ref.namespace()
                        : message(code, says, namesTheObject, retryAfterSeconds, verb, ref);
        return new KubeException(message, code, namesTheObject, admission || FOR_GOOD.contains(code));
    }

    private static String message(
            int code, String says, boolean namesTheObject, long retryAfterSeconds, String verb, ObjectRef ref) {
        String what = verb + " " + ref;
        return switch (code) {
            case 400, 405, 413, 415 -> "the API server does not accept " + what + ": " + says;
            case 401 ->
                "the API server does not accept the credentials (401) on " + what
                        + "; the token is wrong or has expired: renew it in the kubeconfig or in the credentials used here";
            case 403 -> forbidden(says, verb, ref);
            case 404 ->
                namesTheObject
                        ? "there is no " + ref + " in the cluster"
                        : "the cluster does not know " + ref.kind().resource() + " in version "
                                + ref.kind().version()
                                + ": its custom resource definition is missing, or is older or newer than that";
            case 409 -> "somebody else changed " + ref + " meanwhile: " + says;
            case 422 -> "the API server finds " + ref + " invalid: " + says;
            case 429 ->
                "the API server is busy and refused to " + what + " (429)"
                        + (retryAfterSeconds == 0 ? "" : "; it wants to be asked again in " + retryAfterSeconds + " s");
            default -> "the API server failed to " + what + " (" + code + "): " + says;
        };
    }

    /** Whether there is no such object, although the cluster knows its kind. */
    boolean objectMissing() {
        return code == 404 && namesTheObject;
    }

    /** Whether the cluster knows no objects of that kind, or not in that version. */
    boolean kindUnknown() {
        return code == 404 && !namesTheObject;
    }

    /** Whether somebody else changed or made the object between our reading and our writing; nothing was written. */
    boolean conflict() {
        return code == 409;
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

    /** @param what what was asked: {@code get HTTPRoute shop/api} */
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
                        + (why == null ? shortened(last) : why)
                        + "; kubectl cluster-info says whether others reach it",
                failure);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").trim();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
