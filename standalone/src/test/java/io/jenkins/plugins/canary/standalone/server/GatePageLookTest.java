package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.OutputType;

/**
 * The page at the widths and in the themes that people have. With {@code -Dcanary.screenshots=DIR} it also leaves
 * pictures of what it saw there.
 */
class GatePageLookTest {

    private static final Person BOB = new Person("bob", Set.of("release-managers"), true, true, true);

    private static Chromium browser;
    private static PageProbe page;

    @BeforeAll
    static void openBrowser() throws Exception {
        browser = Chromium.open();
        page = new PageProbe(browser);
    }

    @AfterAll
    static void closeBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    private static FakeRelease release(String name) throws Exception {
        return switch (name) {
            case "healthy" -> FakeRelease.seed().pass(24, 40);
            case "rolled-back" ->
                FakeRelease.seed().pass(18, 0).becomes("ERRORS").pass(1, 0);
            case "approval" -> FakeRelease.seed().pass(53, 0);
            case "no-data" -> FakeRelease.seed().pass(7, 0).becomes("SILENT").pass(2, 0);
            case "router-down" -> rollingBack();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static FakeRelease rollingBack() throws Exception {
        FakeRelease release = FakeRelease.seed().pass(7, 0).routerFails("haproxy at 127.0.0.1:9999 does not answer");
        return release.becomes("ERRORS").pass(2, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "healthy, light, 1400", "healthy, dark, 1400", "healthy, light, 400", "healthy, dark, 400",
        "rolled-back, light, 1400", "rolled-back, dark, 1400", "rolled-back, light, 400", "rolled-back, dark, 400",
        "approval, light, 1400", "approval, dark, 400", "no-data, light, 400", "no-data, dark, 1400",
        "router-down, light, 400", "router-down, dark, 1400",
    })
    void fitsAndCanBeRead(String name, String theme, int width) throws Exception {
        browser.show(width, 1100, theme);
        browser.anew();
        try (GateServer server = GateServer.start(release(name).api(), BOB, 0)) {
            page.open(server);
            picture(name + "-" + theme + (width < 1000 ? "-narrow" : ""));
            page.js("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
            page.until(() -> !page.texts(".cg-small tbody tr").isEmpty());
            assertEquals(List.of(), page.sticksOut());
            assertEquals(List.of(), page.weakTexts());
            if (name.equals("approval")) {
                page.click("[data-action=approve]");
                assertEquals(List.of(), page.sticksOut());
                assertEquals(List.of(), page.weakTexts());
                picture(name + "-" + theme + "-dialog");
            }
            assertEquals(List.of(), browser.complaints());
        }
    }

    /** Every label of an axis that reaches beyond its chart. */
    private static final String CUT = """
            return [...document.querySelectorAll('.cg-chart')].flatMap((chart) => {
              const whole = chart.getBoundingClientRect();
              return [...chart.querySelectorAll('text')].filter((t) => {
                const r = t.getBoundingClientRect();
                return r.left < whole.left - 0.5 || r.right > whole.right + 0.5;
              }).map((t) => t.textContent);
            });
            """;

    /** Each track's line: its contrast with the card, its dashes, and the form at its end. */
    private static final String LINES = """
            const pixel = document.createElement('canvas').getContext('2d');
            const light = (colour) => {
              pixel.fillStyle = colour;
              pixel.fillRect(0, 0, 1, 1);
              const c = [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3)
                .map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
              return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
            };
            const card = light(getComputedStyle(document.querySelector('.cg-main .cg-card')).backgroundColor);
            return ['canary', 'stable'].map((track) => {
              const line = document.querySelector('.cg-figures .cg-line.cg-' + track);
              const style = getComputedStyle(line);
              const [high, low] = [light(style.stroke), card].sort((a, b) => b - a);
              return [(high + 0.05) / (low + 0.05) >= 3, style.strokeDasharray, line.nextElementSibling.tagName].join(' ');
            });
            """;

    @ParameterizedTest
    @CsvSource({"light, 1400", "dark, 1400", "light, 400", "dark, 400"})
    void chartsAreWholeAndTheirLinesToldApartWithoutColours(String theme, int width) throws Exception {
        browser.show(width, 1100, theme);
        browser.anew();
        try (GateServer server = GateServer.start(release("healthy").api(), BOB, 0)) {
            page.open(server);
            page.until(() -> !page.texts(".cg-figures .cg-line.cg-stable").isEmpty());
            assertEquals(List.of(), page.strings(CUT));
            assertEquals(List.of("true none circle", "true 1px, 4px rect"), page.strings(LINES));
        }
    }

    private static void picture(String name) throws IOException {
        String folder = System.getProperty("canary.screenshots");
        if (folder != null) {
            page.until(() -> Boolean.TRUE.equals(
                    page.js("return document.getAnimations().every((a) => a.playState !== 'running')")));
            Files.createDirectories(Path.of(folder));
            Files.write(Path.of(folder, "gate-" + name + ".png"), browser.driver.getScreenshotAs(OutputType.BYTES));
        }
    }

    /** Jenkins names its theme on the root element and brings its colours as variables. */
    @ParameterizedTest
    @CsvSource({"dark, light, true", "light, dark, false", "none, dark, false", "dark-system, dark, true"})
    void wearsTheThemeOfJenkins(String named, String preferred, boolean dark) throws Exception {
        browser.show(1400, 1100, preferred);
        try (GateServer server = GateServer.start(release("healthy").api(), BOB, 0)) {
            page.open(server);
            page.js("document.documentElement.dataset.theme = arguments[0]", named);
            page.js("document.documentElement.style.setProperty('--text-color', 'rgb(1, 2, 3)')");
            assertEquals("rgb(1, 2, 3)", page.js("return getComputedStyle(document.querySelector('.cg-says')).color"));
            String card = (String)
                    page.js("return getComputedStyle(document.querySelector('.cg-main .cg-card')).backgroundColor");
            assertEquals(dark ? "rgb(25, 31, 40)" : "rgb(255, 255, 255)", card);
        }
    }

    @ParameterizedTest
    @CsvSource({"1400", "400"})
    void everythingCanBeReachedByTab(int width) throws Exception {
        browser.show(width, 1100, "light");
        try (GateServer server = GateServer.start(release("approval").api(), BOB, 0)) {
            page.open(server);
            page.js(
                    "window.seen = new Set(); window.bare = [];"
                            + "document.addEventListener('focusin', (e) => { window.seen.add(e.target);"
                            + "  if (getComputedStyle(e.target).outlineStyle === 'none') { window.bare.push(e.target.outerHTML); } })");
            int controls = ((Long) page.js("return document.querySelectorAll('#canary-gate :is(button, input, summary,"
                            + " [role=log])').length - document.querySelectorAll('dialog button').length"))
                    .intValue();
            assertTrue(controls > 14, controls + " controls");
            for (int i = 0; i < controls + 5; i++) {
                new org.openqa.selenium.interactions.Actions(browser.driver)
                        .sendKeys(org.openqa.selenium.Keys.TAB)
                        .perform();
            }
            assertEquals(
                    List.of(),
                    page.strings(
                            "return [...document.querySelectorAll('#canary-gate :is(button, input,"
                                    + " summary, [role=log])')].filter((e) => !e.closest('dialog') && !window.seen.has(e)).map((e) => e.outerHTML)"));
            assertEquals(List.of(), page.strings("return window.bare"));
        }
    }
}
