package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** German is complete on the gate page too, and a German reader gets it. */
class PageLanguageTest {

    private static final Path GATE = Path.of("../src/main/webapp/gate");
    private static final Pattern KEY = Pattern.compile("\"([a-z]+\\.[A-Za-z_]+)\"");
    private static final Pattern GAP = Pattern.compile("\\{\\w+}");
    /** Keys that are put together: of actions and of the engine's states. */
    private static final Pattern COMPOSED = Pattern.compile(
            "(approve|reject|withdrawApproval|promote|hold|release|rollback|withdraw|keep|endWatch|overrideWindow)"
                    + "\\.(label|title|says)"
                    + "|actions\\.(comment|reason)(Needed)?|(outcome|phase|probes)\\.[A-Z_]+|(phases|matrix)\\.[a-z]+"
                    + "|approval\\.(not\\.(starter|committers)|why\\.[A-Z_]+)"
                    + "|checklists\\.(before|during|post)|watch\\.(alert|ask|rollback)"
                    + "|delivery\\.(json|slack|teams|pagerduty|cdevents|mail)");

    private static Map<String, String> messages(String language) throws IOException {
        return new TreeMap<>(new ObjectMapper()
                .readValue(
                        GATE.resolve("messages-" + language + ".json").toFile(),
                        new TypeReference<Map<String, String>>() {}));
    }

    private static Set<String> gaps(String message) {
        return GAP.matcher(message).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void germanSaysAllThatEnglishSays() throws IOException {
        Map<String, String> english = messages("en");
        Map<String, String> german = messages("de");
        assertEquals(english.keySet(), german.keySet());
        english.forEach((key, message) -> assertEquals(gaps(message), gaps(german.get(key)), key));
    }

    @Test
    void scriptsSayWhatThereIsAndNothingIsLeftOver() throws IOException {
        Set<String> said = new TreeSet<>();
        try (Stream<Path> files = Files.list(GATE)) {
            for (Path script : files.filter(f -> f.toString().endsWith(".js")).toList()) {
                KEY.matcher(Files.readString(script))
                        .results()
                        .map(m -> m.group(1))
                        .filter(k -> !k.endsWith(".js"))
                        .forEach(said::add);
            }
        }
        assertTrue(said.size() > 50, said.toString());
        Set<String> known = messages("en").keySet();
        Set<String> missing = new TreeSet<>(said);
        missing.removeAll(known);
        assertEquals(Set.of(), missing);
        assertEquals(
                List.of(),
                known.stream()
                        .filter(k -> !said.contains(k) && !COMPOSED.matcher(k).matches())
                        .toList());
    }

    @Test
    void eachReceiverHasAName() throws IOException {
        Set<String> known = messages("en").keySet();
        assertEquals(
                List.of(),
                Stream.of(Receiver.Format.values())
                        .map(f -> "delivery." + f.word())
                        .filter(key -> !known.contains(key))
                        .toList());
    }

    @Test
    void germanReadersGetAGermanPage() throws Exception {
        try (Chromium browser = Chromium.open();
                GateServer server = GateServer.start(
                        FakeRelease.seed().pass(9, 0).api(), new Person("bob", Set.of(), true, true, true), 0)) {
            browser.driver.executeCdpCommand(
                    "Emulation.setUserAgentOverride", Map.of("userAgent", "Chromium", "acceptLanguage", "de-AT,en"));
            browser.show(1400, 1100, "light");
            browser.anew();
            PageProbe page = new PageProbe(browser);
            page.open(server);
            assertEquals(
                    List.of("Kriterium", "Canary", "Stable", "Verlauf", "Urteil"), page.texts(".cg-matrix thead th"));
            assertEquals(
                    List.of("Bestanden", "Wird beobachtet", "Kommt noch", "Kommt noch", "Kommt noch"),
                    page.texts("tr[data-state] .cg-verdict > span"));
            assertEquals("de", page.js("return document.getElementById('canary-gate').lang"));
            assertEquals("Canary-Gate", page.text("h1"));
            page.click("[data-action=promote]");
            page.until("dialog h3", "Weiter zu Ramp 2 mit 25%?");
            assertEquals("Grund (nötig)", page.text("dialog label"));
            assertEquals(List.of(), page.sticksOut());
            assertEquals(
                    List.of(),
                    page.text("#canary-gate")
                            .lines()
                            .filter(t -> t.matches("[a-z]+\\.[A-Za-z_]+"))
                            .toList());
            assertEquals(List.of(), browser.complaints());
        }
    }
}
