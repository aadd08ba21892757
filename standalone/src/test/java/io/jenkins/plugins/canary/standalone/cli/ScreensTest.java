package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScreensTest {

    private static final String ESCAPE = "\u001b";

    private final FakeRelease release = FakeRelease.seed();
    private final StringWriter out = new StringWriter();

    @AfterEach
    void stop() throws Exception {
        release.close();
    }

    private void show(Screen screen) {
        screen.show(release.view(), System.currentTimeMillis(), null);
    }

    private String shown() {
        String text = out.toString();
        out.getBuffer().setLength(0);
        return text;
    }

    @Test
    void aLogGetsEveryEventOnceAndNoEscapes() {
        Screen screen = new Screen(new PrintWriter(out));
        release.pass(1, 0);
        show(screen);
        String first = shown();
        assertTrue(first.contains("verified at 5%") && first.contains("Watching phase Initial at 5%"), first);
        show(screen);
        assertEquals("", shown(), "nothing changed, so nothing is said");
        release.becomes("ERRORS").pass(1, 0);
        show(screen);
        String second = shown();
        assertTrue(second.contains("rolling back: "), second);
        assertFalse(second.contains("verified at 5%"), second);
        assertFalse((first + second).contains(ESCAPE));
    }

    @Test
    void aTerminalShowsThePhaseItsClockAndEveryCriterion() {
        Screen.LiveScreen screen = new Screen.LiveScreen(new PrintWriter(out));
        release.pass(3, 0);
        show(screen);
        String drawn = shown();
        assertTrue(drawn.contains("Initial  at 5%  [#"), drawn);
        assertTrue(drawn.contains(" of 5 min"), drawn);
        for (RolloutStatusResponse.CriterionRow criterion : release.view().criteria()) {
            assertTrue(drawn.contains(criterion.label()), drawn);
        }
        show(screen);
        int lines = 2 + release.view().criteria().size() + (drawn.contains("requests: ") ? 1 : 0);
        assertTrue(shown().startsWith(ESCAPE + "[" + lines + "A" + ESCAPE + "[0J"), "drawn over, not below");
    }

    @Test
    void atTheEndATerminalKeepsTheEventsOnly() {
        Screen.LiveScreen screen = new Screen.LiveScreen(new PrintWriter(out));
        release.pass(1, 0);
        show(screen);
        release.becomes("ERRORS").pass(1, 0);
        show(screen);
        shown();
        show(screen);
        assertEquals("", shown());
    }

    @Test
    void aJournalThatCannotBeWrittenIsSaid() {
        Screen screen = new Screen(new PrintWriter(out));
        release.pass(1, 0);
        screen.show(release.view(), 0, "no space left on the disk");
        assertTrue(shown().contains("nothing is done: no space left on the disk"));
    }
}
