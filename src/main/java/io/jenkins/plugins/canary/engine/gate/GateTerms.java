package io.jenkins.plugins.canary.engine.gate;

import java.time.Duration;
import java.util.List;

/**
 * What a phase asks of its gate.
 *
 * @param phase its name, for people
 * @param hold how long the gate must be continuously green before the phase passes
 * @param deadline how much time with data the phase may take before it has failed
 */
public record GateTerms(String phase, Duration hold, Duration deadline, List<Criterion> criteria) {}
