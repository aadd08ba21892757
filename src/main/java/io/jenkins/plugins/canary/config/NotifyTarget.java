package io.jenkins.plugins.canary.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.plan.Webhook;
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

/** A webhook that is told of every rollout of the controller, beside those of the plans. Its address is a credential. */
public final class NotifyTarget extends AbstractDescribableImpl<NotifyTarget> {

    private static final Logger LOGGER = Logger.getLogger(NotifyTarget.class.getName());

    private final String urlCredentialsId;
    private String to = Webhook.Format.JSON.name();
    private String secretCredentialsId;
    private String events = "";

    @DataBoundConstructor
    public NotifyTarget(String urlCredentialsId) {
        this.urlCredentialsId = Util.fixEmptyAndTrim(urlCredentialsId);
    }

    /** A secret text that is the address; null for PagerDuty's usual one. */
    public String getUrlCredentialsId() {
        return urlCredentialsId;
    }

    /** The name of a {@link Webhook.Format}. */
    public String getTo() {
        return to;
    }

    @DataBoundSetter
    public void setTo(String to) {
        this.to = Webhook.Format.valueOf(Util.fixNull(to).toUpperCase(Locale.ROOT))
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

    /** Empty without an address, or without PagerDuty's routing key. */
    Optional<Webhook> webhook() {
        Webhook.Format format = Webhook.Format.valueOf(to);
        boolean pagerDuty = format == Webhook.Format.PAGERDUTY;
        if ((pagerDuty ? secretCredentialsId : urlCredentialsId) == null) {
            return Optional.empty();
        }
        boolean keyed = secretCredentialsId != null && (pagerDuty || format == Webhook.Format.JSON);
        return Optional.of(new Webhook(
                format,
                urlCredentialsId == null ? null : new ConfiguredSecret("", urlCredentialsId),
                keyed ? new ConfiguredSecret("", secretCredentialsId) : null,
                topics(events)));
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
                    new ListBoxModel.Option("JSON", Webhook.Format.JSON.name()),
                    new ListBoxModel.Option("Slack", Webhook.Format.SLACK.name()),
                    new ListBoxModel.Option("Microsoft Teams", Webhook.Format.TEAMS.name()),
                    new ListBoxModel.Option("PagerDuty", Webhook.Format.PAGERDUTY.name()));
        }

        @RequirePOST
        public FormValidation doCheckEvents(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return unknown(Util.fixNull(value)).map(FormValidation::error).orElse(FormValidation.ok());
        }
    }
}
