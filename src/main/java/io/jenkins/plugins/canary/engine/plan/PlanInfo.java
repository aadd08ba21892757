package io.jenkins.plugins.canary.engine.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a plan says about itself, for people; decides nothing.
 *
 * @param owner the team or person who answers for it; null for none
 * @param description what is released, in some sentences; null for none
 * @param links addresses by what they lead to, in the order of the plan; http or https, without user and password
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PlanInfo(String owner, String description, Map<String, String> links) {

    public static final PlanInfo NONE = new PlanInfo(null, null, Map.of());

    public PlanInfo {
        links = Collections.unmodifiableMap(new LinkedHashMap<>(links));
    }
}
