package io.jenkins.plugins.canary;

import hudson.Functions;
import java.util.Locale;
import org.jvnet.localizer.LocaleProvider;

/** While it is open, pages are in the language that a request asks for. Jenkins sees to that when it starts, JenkinsRule does not. */
public final class ReaderLocale implements AutoCloseable {

    private final LocaleProvider before = LocaleProvider.getProvider();

    public ReaderLocale() {
        LocaleProvider.setProvider(new LocaleProvider() {
            @Override
            public Locale get() {
                return Functions.getCurrentLocale();
            }
        });
    }

    @Override
    public void close() {
        LocaleProvider.setProvider(before);
    }
}
