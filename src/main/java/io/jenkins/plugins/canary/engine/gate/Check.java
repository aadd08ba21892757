package io.jenkins.plugins.canary.engine.gate;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * One criterion at one tick.
 *
 * @param criterion the criterion's label, unique within its gate
 * @param value the canary's value in the metric's unit; null when there was none
 * @param stable the stable track's value where it was compared with; else null
 * @param says one sentence for people; names metric, value and threshold
 * @param dryRun whether it decides nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Check(
        String criterion,
        CheckOutcome outcome,
        Double value,
        Double stable,
        String says,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean dryRun) {

    public Check {
        Objects.requireNonNull(outcome, "outcome");
    }

    /** One that decides. */
    public Check(String criterion, CheckOutcome outcome, Double value, Double stable, String says) {
        this(criterion, outcome, value, stable, says, false);
    }

    Check asDryRun() {
        return new Check(criterion, outcome, value, stable, says, true);
    }

    /** The same, with more to say; "" for nothing. */
    Check and(String note) {
        return note.isEmpty() ? this : new Check(criterion, outcome, value, stable, says + "; " + note, dryRun);
    }
}
