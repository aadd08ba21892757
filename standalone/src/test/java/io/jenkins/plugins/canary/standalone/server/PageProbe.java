package io.jenkins.plugins.canary.standalone.server;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Looks at the page as a person would: what it says, how it is laid out, what can be reached. */
final class PageProbe {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Every visible text whose contrast with what is behind it is under 4.5, as "ratio text". */
    private static final String WEAK = """
            const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            const rgba = (colour) => {
              pixel.clearRect(0, 0, 1, 1);
              pixel.fillStyle = colour;
              pixel.fillRect(0, 0, 1, 1);
              const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
              return [r, g, b, a / 255];
            };
            const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3]));
            const behind = (e) => {
              const layers = [];
              for (let n = e; n; n = n.parentElement) {
                layers.push(rgba(getComputedStyle(n).backgroundColor));
              }
              const dark = getComputedStyle(document.documentElement).colorScheme.includes('dark')
                && matchMedia('(prefers-color-scheme: dark)').matches;
              return layers.reverse().reduce((below, top) => over(top, below), dark ? [18, 18, 18] : [255, 255, 255]);
            };
            const light = (c) => {
              const [r, g, b] = c.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const weak = [];
            for (const e of document.querySelectorAll('body *')) {
              const own = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
              const unseen = e.closest('.cg-unseen, noscript, script');
              if (own === '' || unseen || !e.checkVisibility() || e.matches('title, option')) { continue; }
              const style = getComputedStyle(e);
              const back = behind(e);
              const front = over(rgba(e.namespaceURI.endsWith('svg') ? style.fill : style.color), back);
              const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
              const ratio = (high + 0.05) / (low + 0.05);
              if (ratio < 4.5) { weak.push(ratio.toFixed(2) + ' ' + own); }
            }
            return weak;
            """;

    /** Everything that sticks out of the page to the right, but for what scrolls inside its own box. */
    private static final String WIDE = """
            const page = document.documentElement;
            const out = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
              && !e.closest('.cg-unseen, .cg-scroll, svg') && e.getBoundingClientRect().right > page.clientWidth + 1);
            return (page.scrollWidth > page.clientWidth ? ['the page is ' + page.scrollWidth + ' wide'] : [])
              .concat(out.map((e) => e.className + ': ' + e.textContent.slice(0, 40)));
            """;

    private final Chromium browser;

    PageProbe(Chromium browser) {
        this.browser = browser;
    }

    void open(GateServer server) {
        browser.driver.get(server.address().toString());
        until(() -> !text(".cg-says").isEmpty());
    }

    String text(String selector) {
        List<WebElement> found = browser.driver.findElements(By.cssSelector(selector));
        return found.isEmpty() ? "" : found.get(0).getText();
    }

    List<String> texts(String selector) {
        return strings("return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)", selector);
    }

    @SuppressWarnings("unchecked")
    List<String> strings(String script, Object... arguments) {
        return (List<String>) browser.driver.executeScript(script, arguments);
    }

    Object js(String script, Object... arguments) {
        return browser.driver.executeScript(script, arguments);
    }

    /** Waits for the page to catch up with the rollout, which it does by itself. */
    void until(Supplier<Boolean> so) {
        new WebDriverWait(browser.driver, PATIENCE, Duration.ofMillis(100))
                .ignoring(Exception.class)
                .until(d -> so.get());
    }

    void until(String selector, String shows) {
        until(() -> text(selector).contains(shows));
    }

    List<String> weakTexts() {
        return strings(WEAK);
    }

    List<String> sticksOut() {
        return strings(WIDE);
    }

    void click(String selector) {
        browser.driver.findElement(By.cssSelector(selector)).click();
    }
}
