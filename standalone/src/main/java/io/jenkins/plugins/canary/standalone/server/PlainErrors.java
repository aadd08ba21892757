package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.view.Refusal;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers what the server itself refuses in one sentence, without a stack trace. */
final class PlainErrors implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        GateHandler.refuse(response, callback, new Refusal(status, HttpStatus.getMessage(status)));
        return true;
    }
}
