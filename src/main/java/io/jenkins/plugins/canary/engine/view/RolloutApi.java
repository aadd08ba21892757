package io.jenkins.plugins.canary.engine.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.MessageCatalog;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The gate page's JSON API without its transport, so that every server that shows the page answers alike. Safe for use
 * by any thread; a command waits for the journal and for nothing else.
 */
public final class RolloutApi {

    private static final int LONGEST_TEXT = 2_000;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    private final RolloutView view;
    private final RolloutRun run;
    private final LongSupplier now;
    private final Supplier<List<RolloutStatusResponse.FailedDeliveryRow>> failedDeliveries;

    /**
     * @param run null when the rollout is not under way here and can only be looked at
     * @param now the rollout's own time, milliseconds since the epoch
     */
    public RolloutApi(RolloutView view, RolloutRun run, LongSupplier now) {
        this(view, run, now, List::of);
    }

    /** @param failedDeliveries whom notifications do not reach, as of now */
    public RolloutApi(
            RolloutView view,
            RolloutRun run,
            LongSupplier now,
            Supplier<List<RolloutStatusResponse.FailedDeliveryRow>> failedDeliveries) {
        this.view = view;
        this.run = run;
        this.now = now;
        this.failedDeliveries = failedDeliveries;
    }

    /** What it answers from. */
    public RolloutView view() {
        return view;
    }

    /**
     * Answers {@code GET rollout}.
     *
     * @param since the number of the newest event that the reader has; null or "" for none
     * @param generation of the series that the reader has; null or "" for none
     * @return an {@link RolloutStatusResponse} as JSON, UTF-8
     */
    public byte[] rollout(String since, String generation, Person person) throws Refusal {
        return json(answer(since, generation, person));
    }

    /**
     * The same for a reader of another language: beside the English sentences there are their translations, each by its English.
     *
     * @param language such as de or de-AT; null or "" for English
     */
    public byte[] rollout(String since, String generation, String language, Person person) throws Refusal {
        return translated(answer(since, generation, person), language);
    }

    private static byte[] translated(Object answer, String language) {
        if (language == null || language.isEmpty()) {
            return json(answer);
        }
        ObjectNode all = JSON.valueToTree(answer);
        Map<String, String> translations = new TreeMap<>();
        translate(all, MessageCatalog.of(Locale.forLanguageTag(language)), translations);
        all.putPOJO("translations", translations);
        return json(all);
    }

    private static void translate(JsonNode part, MessageCatalog catalog, Map<String, String> translations) {
        part.forEach(child -> translate(child, catalog, translations));
        if (part.isTextual()) {
            String translated = catalog.translate(part.textValue());
            if (!translated.equals(part.textValue())) {
                translations.put(part.textValue(), translated);
            }
        }
    }

    private RolloutStatusResponse answer(String since, String generation, Person person) throws Refusal {
        // Read before what it stands for, so that nobody is taken to have seen what came in between.
        String head = run == null ? null : run.head();
        RolloutStatusResponse answer = view.answer(
                number("since", since, 0),
                number("generation", generation, -1),
                now.getAsLong(),
                person,
                run != null,
                run == null ? null : run.journalError(),
                failedDeliveries.get());
        return answer.with(head);
    }

    /**
     * Does what {@code POST action} asks.
     *
     * @param action the last part of the address: approve, reject, withdrawApproval, hold, release, promote, rollback, tick, withdraw,
     *     keep, endWatch, overrideWindow
     * @return {@code {"seq":N}}, the number of the newest event, as JSON
     */
    public byte[] act(String action, Map<String, String> fields, Person person) throws Refusal {
        Input.Command command = command(action, fields, person);
        if (run == null) {
            throw new Refusal(409, "the rollout is not under way here: it can only be looked at");
        }
        try {
            run.command(command);
        } catch (Input.Unknown e) {
            throw new Refusal(404, e.getMessage());
        } catch (Input.NotAllowed e) {
            throw new Refusal(403, e.getMessage() + person.membersOf(e.approvers()));
        } catch (CommandRefused e) {
            throw new Refusal(409, e.getMessage());
        }
        return json(Map.of("seq", view.seq()));
    }

    /** The body of an answer that is a refusal: {@code {"message":"..."}}. */
    public static byte[] refused(Refusal refusal) {
        return refused(refusal, null);
    }

    /** The same with {@code translations} for a reader of another language; null or "" for English. */
    public static byte[] refused(Refusal refusal, String language) {
        return translated(Map.of("message", refusal.getMessage()), language);
    }

    private Input.Command command(String action, Map<String, String> fields, Person person) throws Refusal {
        return switch (action) {
            case "approve" ->
                new Input.Approve(
                        decided(person, fields),
                        person.user(),
                        person.roles(),
                        text(fields, "comment"),
                        shown(text(fields, "shown")));
            case "reject" ->
                new Input.Reject(decided(person, fields), person.user(), person.roles(), text(fields, "comment"));
            case "withdrawApproval" -> new Input.WithdrawApproval(decided(person, fields), person.user());
            case "hold" -> new Input.SetHold(controller(person), reason(fields));
            case "release" -> new Input.LiftHold(controller(person));
            case "promote" -> promote(controller(person), fields);
            case "rollback" -> new Input.RollBack(controller(person), reason(fields));
            case "tick" -> new Input.TickItem(needed(fields, "checklist"), needed(fields, "item"), ticker(person));
            case "withdraw" ->
                new Input.WithdrawItem(needed(fields, "checklist"), needed(fields, "item"), ticker(person));
            case "keep" -> new Input.KeepVersion(approver(person), text(fields, "comment"));
            case "endWatch" -> new Input.EndWatch(controller(person), reason(fields));
            case "overrideWindow" -> new Input.OverrideWindow(overrider(person), text(fields, "comment"));
            default ->
                throw new Refusal(
                        404,
                        "there is no action " + Sentences.bounded(action)
                                + "; there are approve, reject, withdrawApproval, hold, release, promote, rollback, tick, withdraw, keep,"
                                + " endWatch and overrideWindow");
        };
    }

    /** What was on the screen of whoever agrees. Who shows a page of long ago has not seen what is to be agreed to. */
    private Input.Shown shown(String hash) throws Refusal {
        Long at = hash == null || run == null ? Long.valueOf(0) : run.headAt(hash);
        if (at == null) {
            throw new Refusal(
                    409,
                    "the page shows the rollout of long ago, or of before a restart: look at it as it is now, and decide"
                            + " again");
        }
        return new Input.Shown(view.headline().line(), hash, at);
    }

    private static String approver(Person person) throws Refusal {
        if (!person.approve()) {
            throw new Refusal(403, person.user() + " may not approve here: the permission Approve is needed");
        }
        return person.user();
    }

    /** Either permission does: who may move the traffic may say that it is ready. */
    private static String ticker(Person person) throws Refusal {
        return person.control() ? person.user() : approver(person);
    }

    private static String controller(Person person) throws Refusal {
        if (!person.control()) {
            throw new Refusal(403, person.user() + " may not control the rollout: the permission Control is needed");
        }
        return person.user();
    }

    private static String overrider(Person person) throws Refusal {
        if (!person.override()) {
            throw new Refusal(
                    403,
                    person.user()
                            + " may not override the windows: the permission Override is needed, which administrators have");
        }
        return person.user();
    }

    private Input.Command promote(String by, Map<String, String> fields) throws Refusal {
        int to = phase(fields, "to", " or " + view.plan().phases().size() + " for the promotion");
        return new Input.Advance(to, by, "true".equals(fields.get("override")), text(fields, "reason"));
    }

    /** The phase that somebody who may decides on. */
    private int decided(Person person, Map<String, String> fields) throws Refusal {
        approver(person);
        int phase = phase(fields, "phase", "");
        if (phase == view.plan().phases().size()) {
            throw new Refusal(400, "phase=" + phase + " is beyond the last phase");
        }
        return phase;
    }

    /**
     * A phase by its name or its index. Always named by whoever asks, so that a request that is sent twice means the same
     * phase both times.
     */
    private int phase(Map<String, String> fields, String field, String more) throws Refusal {
        List<Phase> phases = view.plan().phases();
        String named = fields.get(field);
        if (named == null || named.isBlank()) {
            throw new Refusal(
                    400,
                    "the field " + field + " is missing: name the phase, one of "
                            + phases.stream().map(Phase::name).collect(Collectors.joining(", ")) + more);
        }
        for (int i = 0; i < phases.size(); i++) {
            if (phases.get(i).name().equals(named)) {
                return i;
            }
        }
        long index = number(field, named, 0);
        if (index < 0 || index > phases.size()) {
            throw new Refusal(
                    400, field + "=" + index + " is beyond the last phase: the promotion is " + phases.size());
        }
        return (int) index;
    }

    private static String reason(Map<String, String> fields) throws Refusal {
        String reason = text(fields, "reason");
        return reason == null ? "no reason given" : reason;
    }

    private static String needed(Map<String, String> fields, String name) throws Refusal {
        String text = text(fields, name);
        if (text == null) {
            throw new Refusal(400, "the field " + name + " is missing");
        }
        return text;
    }

    private static String text(Map<String, String> fields, String name) throws Refusal {
        String text = fields.get(name);
        if (text != null && text.length() > LONGEST_TEXT) {
            throw new Refusal(400, "the " + name + " is longer than " + LONGEST_TEXT + " characters: shorten it");
        }
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static long number(String name, String text, long otherwise) throws Refusal {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("-?\\d{1,18}")) {
            throw new Refusal(400, name + " is a whole number, not '" + Sentences.bounded(text) + "'");
        }
        long number = Long.parseLong(text);
        if (number < -1) {
            throw new Refusal(400, name + " is a number of 0 or more, not " + number);
        }
        return number;
    }

    private static byte[] json(Object answer) {
        try {
            return JSON.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that cannot be written", e);
        }
    }
}
