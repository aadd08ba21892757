package io.jenkins.plugins.canary.engine.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Makes a report out of a journal file, which is not changed. */
public final class JournalReport {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    private JournalReport() {}

    /**
     * A damaged journal is reported up to the damage, which the report names.
     *
     * @throws IOException when the journal cannot be read, holds no rollout, or its plan is none; the message is for people
     */
    public static Report read(Path journal) throws IOException {
        return read(journal, journal.toString());
    }

    /**
     * The same, of a journal that people know by another name: where it is kept is nothing for them.
     *
     * @param called stands for the file in the report and in messages
     */
    public static Report read(Path journal, String called) throws IOException {
        ReportFold[] fold = {null};
        JournalCheck check;
        try {
            check = JournalCheck.of(journal, event -> {
                        if (fold[0] == null) {
                            fold[0] = begin(called, event);
                        }
                        fold[0].apply(event);
                    })
                    .calling(journal, called);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (JournalException e) {
            throw new IOException(e.getMessage().replace(journal.toString(), called), e);
        }
        if (fold[0] == null) {
            throw new IOException(
                    check.whole() ? "the journal " + called + " is empty: no rollout began in it" : check.problem());
        }
        return fold[0].report(check);
    }

    private static ReportFold begin(String called, RolloutEvent first) {
        if (!(first instanceof RolloutEvent.Started started)) {
            throw new UncheckedIOException(
                    new IOException("the journal " + called + " does not begin with the start of a rollout"));
        }
        try {
            return new ReportFold(PlanReader.read(started.plan()));
        } catch (PlanException e) {
            throw new UncheckedIOException(new IOException(
                    "the plan in the journal " + called
                            + " is not one that this version understands: use the version that wrote it; "
                            + e.getMessage(),
                    e));
        }
    }

    /** The report as JSON. */
    public static String json(Report report) {
        try {
            return MAPPER.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report that cannot be written", e);
        }
    }
}
