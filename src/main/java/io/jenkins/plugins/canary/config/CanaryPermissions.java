package io.jenkins.plugins.canary.config;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Item;
import hudson.security.Permission;
import hudson.security.PermissionGroup;
import hudson.security.PermissionScope;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.DoNotUse;

/**
 * What people may do with the rollouts of an item. Whoever may configure a job could change its plan anyway, and so may
 * approve and control; everybody else needs the permission itself. Windows are for others to override: they may stand in a
 * policy, which nobody changes who may configure the job.
 */
public final class CanaryPermissions {

    public static final PermissionGroup GROUP =
            new PermissionGroup(CanaryPermissions.class, Messages._CanaryPermissions_group());

    /** See rollouts, also of jobs that one may not read, and the plugin's own metrics. */
    public static final Permission VIEW =
            new Permission(GROUP, "View", Messages._CanaryPermissions_view(), Item.READ, PermissionScope.ITEM);

    /** Approve or reject phases, tick and withdraw checklist items. */
    public static final Permission APPROVE = new Permission(
            GROUP, "Approve", Messages._CanaryPermissions_approve(), Item.CONFIGURE, PermissionScope.ITEM);

    /** Hold, release, promote early, roll back. */
    public static final Permission CONTROL = new Permission(
            GROUP, "Control", Messages._CanaryPermissions_control(), Item.CONFIGURE, PermissionScope.ITEM);

    /** Let the weight rise once outside of the windows, which an administrator may have set over the plan's. */
    public static final Permission OVERRIDE = new Permission(
            GROUP, "Override", Messages._CanaryPermissions_override(), Jenkins.ADMINISTER, PermissionScope.ITEM);

    private CanaryPermissions() {}

    /** Permissions exist once their class is loaded, which must be before authorization strategies name them. */
    @Initializer(before = InitMilestone.SYSTEM_CONFIG_LOADED)
    @Restricted(DoNotUse.class)
    public static void register() {
        // Being called is all that it takes: the constants are made by now.
    }
}
