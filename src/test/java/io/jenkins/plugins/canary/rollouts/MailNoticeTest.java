package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import hudson.model.Result;
import hudson.tasks.Mailer;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.NotifyTarget;
import jakarta.mail.internet.MimeMessage;
import java.util.List;
import java.util.stream.Stream;
import jenkins.model.JenkinsLocationConfiguration;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Mails through the Mailer plugin to a real SMTP server: the plugin's own, and those of the step {@code mail} around a rollout. */
@WithJenkins
class MailNoticeTest {

    private final GreenMail smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    private void start() {
        smtp.start();
        Mailer.descriptor().setSmtpHost("127.0.0.1");
        Mailer.descriptor().setSmtpPort(String.valueOf(smtp.getSmtp().getPort()));
        JenkinsLocationConfiguration.get().setAdminAddress("Jenkins <jenkins@example.com>");
    }

    @AfterEach
    void stop() {
        smtp.stop();
    }

    private List<String> subjects(String recipient) throws Exception {
        Stream.Builder<String> all = Stream.builder();
        for (MimeMessage mail : smtp.getReceivedMessages()) {
            if (mail.getAllRecipients()[0].toString().equals(recipient)) {
                all.add(mail.getSubject());
            }
        }
        return all.build().toList();
    }

    @Test
    void rolloutIsToldByMailWithALink(JenkinsRule j) throws Exception {
        start();
        NotifyTarget everybody = new NotifyTarget(null);
        everybody.setTo("mail");
        everybody.setRecipients("managers@example.com, not-an-address");
        everybody.setEvents("ended");
        CanaryConfiguration.get().setNotify(List.of(everybody));
        try (CanaryWorld world = new CanaryWorld()) {
            WorkflowRun build = Builds.start(
                    j,
                    "api",
                    "def canary = canaryRollout version: 'v2', yaml: '''" + world.plan("api")
                            + "notify: [ { to: mail, recipients: [ team@example.com ], events: [ started, ended ] } ]\n'''\n"
                            + "mail to: 'step@example.com', body: env.BUILD_URL + 'canary/',"
                            + " subject: \"${canary.name} ${canary.version}: ${canary.outcome}\"");
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertTrue(smtp.waitForIncomingEmail(20_000, 4));
            assertEquals(List.of("api v2: PROMOTED"), subjects("step@example.com"));
            assertEquals(1, subjects("managers@example.com").size());
            assertEquals(2, subjects("team@example.com").size(), subjects("team@example.com")::toString);
            MimeMessage last = Stream.of(smtp.getReceivedMessages())
                    .filter(mail -> GreenMailUtil.getBody(mail).contains("Gate page"))
                    .reduce((a, b) -> b)
                    .orElseThrow();
            assertEquals("Jenkins <jenkins@example.com>", last.getFrom()[0].toString());
            assertTrue(last.getSubject().startsWith("api v2: Promoted"), last.getSubject());
            String text = (String) last.getContent();
            assertTrue(
                    text.contains("Gate page: " + j.getURL() + build.getUrl() + "canary/"
                            + Builds.record(build).getId() + "/"),
                    text);
            assertEquals("auto-generated", last.getHeader("Auto-Submitted")[0]);
        }
    }

    /** The example of docs/notifications.md. */
    @Test
    void stepMailSaysHowTheRolloutEnded(JenkinsRule j) throws Exception {
        start();
        try (CanaryWorld world = new CanaryWorld()) {
            world.breakCanary();
            WorkflowRun build = Builds.start(j, "api", """
                    try {
                      canaryRollout version: 'v2', yaml: '''%s'''
                      mail to: 'team@example.com', subject: 'api v2 is promoted', body: "${env.BUILD_URL}canary/"
                    } catch (err) {
                      mail to: 'team@example.com', subject: 'api v2 is rolled back', body: "${err.message}"
                      throw err
                    }
                    """.formatted(world.plan("api")));
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
            assertTrue(smtp.waitForIncomingEmail(20_000, 1));
            assertEquals(List.of("api v2 is rolled back"), subjects("team@example.com"));
            String body = GreenMailUtil.getBody(smtp.getReceivedMessages()[0]);
            assertTrue(body.contains("error-rate"), body);
        }
    }
}
