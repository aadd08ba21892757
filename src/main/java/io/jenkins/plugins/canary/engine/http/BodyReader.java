package io.jenkins.plugins.canary.engine.http;

/** Makes something of an answer; runs on the threads that work on answers, and may throw whatever it likes. */
@FunctionalInterface
public interface BodyReader<T> {

    T read(HttpAnswer answer) throws Exception;
}
