package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Journals as earlier versions wrote them fold to what they folded to then: beside each lies what its rollout was after every
 * event that changed it.
 */
class RecordedJournalsTest {

    private static List<RolloutEvent> read(String name) throws Exception {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(file(name + ".jsonl"), events::add);
        return events;
    }

    private static Path file(String name) throws Exception {
        return Path.of(RecordedJournalsTest.class.getResource(name).toURI());
    }

    @ParameterizedTest
    @ValueSource(strings = {"every-event", "approvals", "gate-words", "demo-errors", "demo-promoted"})
    void foldToWhatTheyFoldedTo(String name) throws Exception {
        List<RolloutEvent> events = read(name);
        CanaryPlan plan = PlanReader.read(((RolloutEvent.Started) events.get(0)).plan());
        List<String> lines = new ArrayList<>();
        RolloutState state = RolloutState.empty(plan);
        String last = "";
        int seq = 0;
        for (RolloutEvent event : events) {
            state = state.apply(plan, event);
            seq++;
            String now = line(plan, state, event.at());
            if (!now.equals(last)) {
                lines.add(seq + " " + now);
                last = now;
            }
        }
        assertEquals(Files.readString(file(name + ".states")), String.join("\n", lines) + "\n");
        assertEquals(RolloutState.of(plan, events), state);
    }

    private static String line(CanaryPlan plan, RolloutState s, long at) {
        BlockingChecklist open = s.waitsFor(plan);
        return s.status(plan) + " phase " + s.phase() + " at " + s.weight() + ", gate " + s.verdict(plan)
                + (s.phase() >= 0 && s.mayAdvance(plan, at) ? ", may advance" : "")
                + (open == null ? "" : ", waits for " + open.says())
                + (s.isEnded() ? ", ended: " + s.ended().reason() : "");
    }

    @Test
    void holdEveryKindOfEvent() throws Exception {
        List<RolloutEvent> all = new ArrayList<>(read("every-event"));
        all.addAll(read("approvals"));
        all.addAll(read("gate-words"));
        Set<Class<?>> kinds = all.stream().map(Object::getClass).collect(Collectors.toSet());
        assertEquals(
                Arrays.stream(EventNames.class.getAnnotation(JsonSubTypes.class).value())
                        .map(JsonSubTypes.Type::value)
                        .collect(Collectors.toSet()),
                kinds);
    }
}
