package io.jenkins.plugins.canary.engine.gate;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a plan says about a criterion, for people; decides nothing. Addresses are http or https, without user and password.
 *
 * @param name a short one; null for none, as the others
 * @param why what its failure means
 * @param runbook address of what to do about its failure
 * @param dashboard address of where to look
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CriterionInfo(String name, String why, String runbook, String dashboard) {

    public static final CriterionInfo NONE = new CriterionInfo(null, null, null, null);
}
