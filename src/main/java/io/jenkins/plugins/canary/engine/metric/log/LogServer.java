package io.jenkins.plugins.canary.engine.metric.log;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import java.time.Instant;
import java.util.List;

/** How one kind of server is asked for lines, and what it answers. Immutable. */
interface LogServer {

    /** Asks for the newest error lines of a track, at most so many. The time begins with {@code from}, and ends before {@code to}. */
    HttpCall errors(Track track, Instant from, Instant to, int most);

    /**
     * The lines of an answer with status 200.
     *
     * @throws MetricException for people, when it is no whole answer
     */
    List<LogLine> lines(HttpAnswer answer) throws MetricException;

    /** Asks how many lines a track logged, errors or not. */
    HttpCall count(Track track, Instant from, Instant to);

    /** @throws MetricException as {@link #lines} */
    long counted(HttpAnswer answer) throws MetricException;

    /** What {@link #errors} asks for, in the server's language. */
    String describe(Track track);

    /** What {@link #count} counts. */
    String describeAll(Track track);
}
