package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;

/**
 * What a person should know of the object of a controller before a rollout drives it.
 *
 * @param blocks whether no rollout can go with it
 * @param what it says, after the object's name
 * @param why that matters
 * @param remedy a command, ready to be pasted; "" when nothing is to be done
 */
public record ControllerSetting(ObjectRef object, boolean blocks, String what, String why, String remedy) {}
