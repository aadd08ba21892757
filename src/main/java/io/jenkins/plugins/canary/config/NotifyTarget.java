package io.jenkins.plugins.canary.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.plan.Topic;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** Somebody who is told of every rollout of the controller, beside those of the plans. Addresses of webhooks are credentials. */
public final class NotifyTarget extends AbstractDescribableImpl<NotifyTarget> {

    private static final Logger LOGGER = Logger.getLogger(NotifyTarget.class.getName());

    private final String urlCredentialsId;
    private String to = Receiver.Format.JSON.name();
    private String secretCredentialsId;
    private String environment;
    private String recipients;
    private String events = "";

    @DataBoundConstructor
    public NotifyTarget(String urlCredentialsId) {
        this.urlCredentialsId = Util.fixEmptyAndTrim(urlCredentialsId);
    }

    /** A secret text that is the address; null for PagerDuty's usual one. */
    public String getUrlCredentialsId() {
        return urlCredentialsId;
    }

    /** The name of a {@link Receiver.Format}. */
    public String getTo() {
        return to;
    }

    @DataBoundSetter
    public void setTo(String to) {
        this.to = Receiver.Format.valueOf(Util.fixNull(to).toUpperCase(Locale.ROOT))
                .name();
    }

    /** A secret text that signs what goes out as JSON, or is PagerDuty's routing key; null for none. */
    public String getSecretCredentialsId() {
        return secretCredentialsId;
    }

    @DataBoundSetter
    public void setSecretCredentialsId(String secretCredentialsId) {
        this.secretCredentialsId = Util.fixEmptyAndTrim(secretCredentialsId);
    }

    /** {@link Topic}s between spaces or commas; empty for the usual ones. */
    public String getEvents() {
        return events;
    }

    @DataBoundSetter
    public void setEvents(String events) {
        this.events = Util.fixNull(events).strip();
        // The form says so by itself; a file of configuration as code has nobody else to say it.
        unknown(this.events).ifPresent(LOGGER::warning);
    }

    /** Where the service runs, for CDEvents. */
    public String getEnvironment() {
        return environment;
    }

    @DataBoundSetter
    public void setEnvironment(String environment) {
        this.environment = Util.fixEmptyAndTrim(environment);
    }

    /** Mail addresses between spaces or commas. */
    public String getRecipients() {
        return recipients;
    }

    @DataBoundSetter
    public void setRecipients(String recipients) {
        this.recipients = Util.fixEmptyAndTrim(recipients);
    }

    /** Empty without what its format needs: an address, PagerDuty's routing key, an environment, or recipients. */
    Optional<Receiver> receiver() {
        Receiver.Format format = Receiver.Format.valueOf(to);
        List<String> mail = format == Receiver.Format.MAIL ? addresses(recipients) : List.of();
        boolean enough =
                switch (format) {
                    case PAGERDUTY -> secretCredentialsId != null;
                    case MAIL -> !mail.isEmpty();
                    case CDEVENTS -> urlCredentialsId != null && environment != null;
                    default -> urlCredentialsId != null;
                };
        if (!enough) {
            return Optional.empty();
        }
        boolean keyed = format == Receiver.Format.PAGERDUTY || format == Receiver.Format.JSON;
        return Optional.of(new Receiver(
                format,
                format == Receiver.Format.MAIL ? null : secret(urlCredentialsId),
                keyed ? secret(secretCredentialsId) : null,
                environment,
                mail,
                topics(events)));
    }

    private static ConfiguredSecret secret(String credentialsId) {
        return credentialsId == null ? null : new ConfiguredSecret("", credentialsId);
    }

    /** Those of them that are addresses. */
    private static List<String> addresses(String text) {
        return Arrays.stream(Util.fixNull(text).split("[\\s,]+"))
                .filter(a -> Receiver.MAIL_ADDRESS.matcher(a).matches())
                .toList();
    }

    private static Set<Topic> topics(String events) {
        Set<String> words = words(events);
        Set<Topic> topics = EnumSet.noneOf(Topic.class);
        Arrays.stream(Topic.values()).filter(t -> words.contains(t.word())).forEach(topics::add);
        return topics.isEmpty() ? Topic.USUAL : topics;
    }

    /** What is wrong with a list of events; empty when nothing is. */
    private static Optional<String> unknown(String events) {
        List<String> known = Arrays.stream(Topic.values()).map(Topic::word).toList();
        return words(events).stream()
                .filter(w -> !known.contains(w))
                .sorted()
                .findFirst()
                .map(w -> Messages.NotifyTarget_unknownEvent(w, String.join(", ", known)));
    }

    private static Set<String> words(String events) {
        return Arrays.stream(events.toLowerCase(Locale.ROOT).split("[\\s,]+"))
                .filter(w -> !w.isEmpty())
                .collect(Collectors.toSet());
    }

    @Extension
    @Symbol("webhook")
    public static final class DescriptorImpl extends Descriptor<NotifyTarget> {

        @Override
        public String getDisplayName() {
            return Messages.NotifyTarget_displayName();
        }

        @RequirePOST
        public ListBoxModel doFillUrlCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String urlCredentialsId) {
            return Validation.credentials(item, urlCredentialsId, StringCredentials.class);
        }

        @RequirePOST
        public ListBoxModel doFillSecretCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String secretCredentialsId) {
            return Validation.credentials(item, secretCredentialsId, StringCredentials.class);
        }

        @RequirePOST
        public ListBoxModel doFillToItems() {
            Validation.administer();
            return new ListBoxModel(
                    new ListBoxModel.Option("JSON", Receiver.Format.JSON.name()),
                    new ListBoxModel.Option("Slack", Receiver.Format.SLACK.name()),
                    new ListBoxModel.Option("Microsoft Teams", Receiver.Format.TEAMS.name()),
                    new ListBoxModel.Option("PagerDuty", Receiver.Format.PAGERDUTY.name()),
                    new ListBoxModel.Option("CDEvents", Receiver.Format.CDEVENTS.name()),
                    new ListBoxModel.Option(Messages.NotifyTarget_mail(), Receiver.Format.MAIL.name()));
        }

        @RequirePOST
        public FormValidation doCheckRecipients(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return Arrays.stream(Util.fixNull(value).strip().split("[\\s,]+"))
                    .filter(a ->
                            !a.isEmpty() && !Receiver.MAIL_ADDRESS.matcher(a).matches())
                    .findFirst()
                    .map(a -> FormValidation.error(Messages.NotifyTarget_noAddress(a)))
                    .orElse(FormValidation.ok());
        }

        @RequirePOST
        public FormValidation doCheckEvents(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return unknown(Util.fixNull(value)).map(FormValidation::error).orElse(FormValidation.ok());
        }
    }
}
