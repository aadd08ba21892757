package io.jenkins.plugins.canary.engine.notify;

import java.io.IOException;
import java.util.List;

/** Sends mails, as the place where the engine runs can. */
@FunctionalInterface
public interface MailTransport {

    /**
     * Sends one mail, and waits until a server has taken it. Called on one thread.
     *
     * @param subject one line
     * @param text plain
     * @throws IOException for people, without secrets; it is tried again
     */
    void send(List<String> recipients, String subject, String text) throws IOException;
}
