package io.jenkins.plugins.canary.rollouts;

import hudson.tasks.Mailer;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import jenkins.model.JenkinsLocationConfiguration;

/** Sends mails with the SMTP server of the Mailer plugin: the only class that knows it. */
final class JenkinsMail {

    private JenkinsMail() {}

    /**
     * Waits until the server has taken it; for a minute at most without an answer, as the plugin sets it.
     *
     * @throws IOException for people, when the server does not take it
     */
    static void send(List<String> recipients, String subject, String text) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // The library finds its parts by the thread's loader.
        thread.setContextClassLoader(Session.class.getClassLoader());
        try {
            MimeMessage mail = new MimeMessage(Mailer.descriptor().createSession());
            mail.setFrom(new InternetAddress(JenkinsLocationConfiguration.get().getAdminAddress()));
            for (String recipient : recipients) {
                mail.addRecipient(Message.RecipientType.TO, new InternetAddress(recipient, true));
            }
            mail.setSubject(subject, StandardCharsets.UTF_8.name());
            mail.setText(text, StandardCharsets.UTF_8.name());
            mail.setSentDate(new Date());
            // No out-of-office reply (RFC 3834).
            mail.setHeader("Auto-Submitted", "auto-generated");
            Transport.send(mail);
        } catch (MessagingException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
