package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import hudson.security.GlobalMatrixAuthorizationStrategy;
import hudson.security.Permission;
import hudson.security.PermissionScope;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.matrixauth.PermissionEntry;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who may see and do what, at every address, under the matrix that administrators use. */
@WithJenkins
class PermissionsTest {

    private static final List<String> PEOPLE =
            List.of("anonymous", "outsider", "viewer", "reader", "approver", "controller", "admin");
    private static final String NONE = "anonymous outsider";

    private static JenkinsRule j;
    private static CanaryWorld world;
    private static WorkflowRun build;
    private static String base;

    @BeforeAll
    static void waitForApproval(JenkinsRule rule) throws Exception {
        j = rule;
        world = new CanaryWorld();
        JenkinsRule.DummySecurityRealm realm = j.createDummySecurityRealm();
        realm.addGroups("approver", "release-managers");
        j.jenkins.setSecurityRealm(realm);
        GlobalMatrixAuthorizationStrategy matrix = new GlobalMatrixAuthorizationStrategy();
        matrix.add(Jenkins.ADMINISTER, PermissionEntry.user("admin"));
        for (String user : PEOPLE.subList(1, 6)) {
            matrix.add(Jenkins.READ, PermissionEntry.user(user));
        }
        matrix.add(Jenkins.READ, PermissionEntry.user("anonymous"));
        for (String user : List.of("reader", "approver", "controller")) {
            matrix.add(Item.READ, PermissionEntry.user(user));
        }
        matrix.add(CanaryPermissions.VIEW, PermissionEntry.user("viewer"));
        matrix.add(CanaryPermissions.APPROVE, PermissionEntry.user("approver"));
        matrix.add(CanaryPermissions.CONTROL, PermissionEntry.user("controller"));
        j.jenkins.setAuthorizationStrategy(matrix);
        String plan = world.plan(
                "guarded",
                "[ { name: Initial, weight: 20, hold: 1s, approval: { by: [Release-Managers, admin] } },"
                        + " { name: Full, weight: 100, hold: 10m } ]",
                "checklists: { ready: [ drill ] }");
        build = Builds.start(j, "guarded", "canaryRollout yaml: '''" + plan + "''', version: 'v2'");
        Builds.untilStatus(build, "AWAITING_APPROVAL");
        base = build.getUrl() + "canary/" + Builds.record(build).getId() + "/";
    }

    @AfterAll
    static void end() throws Exception {
        build.doStop();
        j.waitForCompletion(build);
        world.close();
    }

    private static JenkinsRule.WebClient client(String who) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        client.getOptions().setJavaScriptEnabled(false);
        client.getOptions().setRedirectEnabled(false);
        client.setRefreshHandler((page, url, seconds) -> {});
        return who.equals("anonymous") ? client : client.withBasicCredentials(who);
    }

    /** Only what the user has as permissions counts here: whether the answer is one, and not what is in it. */
    private static boolean seen(String who, String path) throws Exception {
        int status = client(who)
                .getPage(new WebRequest(new URL(j.getURL(), path)))
                .getWebResponse()
                .getStatusCode();
        assertTrue(List.of(200, 302, 401, 403, 404).contains(status), who + " " + path + ": " + status);
        return status == 200;
    }

    private static void onlySeenBy(String people, String path) throws Exception {
        Map<String, Boolean> wanted = new TreeMap<>();
        Map<String, Boolean> found = new TreeMap<>();
        for (String who : PEOPLE) {
            wanted.put(who, List.of(people.split(" ")).contains(who));
            found.put(who, seen(who, path));
        }
        assertEquals(wanted, found, path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rollout", "journal", "plan"})
    void rolloutIsSeenByReadersOfItsJob(String path) throws Exception {
        onlySeenBy("reader approver controller admin", base + path);
    }

    @Test
    void pagesAboveAreSeenByReadersToo() throws Exception {
        onlySeenBy("reader approver controller admin", build.getUrl() + "canary/");
        onlySeenBy("reader approver controller admin", build.getUrl() + "canary/rollout");
        onlySeenBy("reader approver controller admin", build.getUrl() + "canary/api/json");
        onlySeenBy("reader approver controller admin", build.getUrl() + "canary/lines");
        onlySeenBy("reader approver controller admin", build.getParent().getUrl() + "canary-rollouts/");
        onlySeenBy("reader approver controller admin", build.getParent().getUrl() + "canary-rollouts/api/json");
    }

    @Test
    void buildPageHasTheButtonForThoseWhoMayApprove() throws Exception {
        for (String who : List.of("reader", "approver", "controller", "admin")) {
            String page = client(who)
                    .getPage(new WebRequest(new URL(j.getURL(), build.getUrl())))
                    .getWebResponse()
                    .getContentAsString();
            assertTrue(page.contains("may be approved by Release-Managers or admin"), page);
            assertEquals(List.of("approver", "admin").contains(who), page.contains("Decide on the gate page"), who);
        }
    }

    @Test
    void dashboardShowsWhatOneMaySee() throws Exception {
        for (String who : PEOPLE) {
            WebResponse page = client(who)
                    .getPage(new WebRequest(new URL(j.getURL(), "canary-rollouts/")))
                    .getWebResponse();
            assertEquals(!NONE.contains(who), page.getContentAsString().contains("guarded #1"), who);
            WebResponse json = client(who)
                    .getPage(new WebRequest(new URL(j.getURL(), "canary-rollouts/api/json?depth=3")))
                    .getWebResponse();
            assertEquals(!NONE.contains(who), json.getContentAsString().contains("AWAITING_APPROVAL"), who);
        }
        assertFalse(
                client("viewer")
                        .getPage(new WebRequest(new URL(j.getURL(), "canary-rollouts/")))
                        .getWebResponse()
                        .getContentAsString()
                        .contains(build.getUrl()),
                "who may not read the job gets no link to it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "approve",
                "reject",
                "hold",
                "release",
                "promote",
                "rollback",
                "tick",
                "withdraw",
                "keep",
                "endWatch"
            })
    void nobodyWithoutThePermissionDoesAnything(String action) throws Exception {
        boolean approving =
                List.of("approve", "reject", "tick", "withdraw", "keep").contains(action);
        boolean either = List.of("tick", "withdraw").contains(action);
        List<RolloutEvent> before = events();
        for (String who : PEOPLE) {
            boolean allowed = who.equals("admin")
                    || who.equals(approving ? "approver" : "controller")
                    || either && who.equals("controller");
            if (allowed) {
                continue;
            }
            WebResponse answer = post(who, action, "checklist=ready&item=drill");
            assertTrue(List.of(401, 403, 404).contains(answer.getStatusCode()), who + ": " + answer.getStatusCode());
            if (Builds.record(build) != null
                    && List.of("reader", "approver", "controller").contains(who)) {
                assertEquals(403, answer.getStatusCode(), who);
                assertTrue(JSONObject.fromObject(answer.getContentAsString())
                        .getString("message")
                        .contains(approving ? "the permission Approve is needed" : "the permission Control is needed"));
            }
        }
        assertEquals(before, events(), "nothing but ticks happened");
    }

    /** What the page offers is what would be allowed. */
    @Test
    void pageOffersWhatOneMayDo() throws Exception {
        assertEquals(List.of(), offered("reader"));
        assertEquals(List.of("approve", "reject", "tick", "withdraw"), offered("approver"));
        assertEquals(List.of("hold", "rollback", "tick", "withdraw"), offered("controller"));
        assertEquals(List.of("approve", "reject", "hold", "rollback", "tick", "withdraw"), offered("admin"));
    }

    @Test
    void formsTellNothingToPeopleWhoMayNotChangeThem() throws Exception {
        String server = "descriptorByName/io.jenkins.plugins.canary.config.PrometheusServer/";
        String cluster = "descriptorByName/io.jenkins.plugins.canary.config.KubernetesCluster/";
        for (String path : List.of(
                server + "checkName?value=x",
                server + "checkUrl?value=x",
                server + "testConnection?url=http://127.0.0.1:1",
                cluster + "checkName?value=x",
                cluster + "checkApiServer?value=x",
                "descriptorByName/io.jenkins.plugins.canary.config.CanaryConfiguration/fillPlanAddressesItems")) {
            for (String who : PEOPLE) {
                JenkinsRule.WebClient client = client(who);
                WebRequest post = new WebRequest(new URL(j.getURL(), path), HttpMethod.POST);
                int status =
                        client.getPage(client.addCrumb(post)).getWebResponse().getStatusCode();
                assertEquals(who.equals("admin"), status == 200, who + " " + path + ": " + status);
            }
            int got = client("admin")
                    .getPage(new WebRequest(new URL(j.getURL(), path)))
                    .getWebResponse()
                    .getStatusCode();
            assertEquals(405, got, path + " is for POST");
        }
    }

    @Test
    void permissionsAreOfferedPerItem() {
        for (Permission p : List.of(
                CanaryPermissions.VIEW,
                CanaryPermissions.APPROVE,
                CanaryPermissions.CONTROL,
                CanaryPermissions.OVERRIDE)) {
            assertTrue(p.isContainedBy(PermissionScope.ITEM), p.getId());
            assertTrue(p.isContainedBy(PermissionScope.JENKINS), p.getId());
            assertEquals(p, Permission.fromId("io.jenkins.plugins.canary.config.CanaryPermissions." + p.name));
        }
        assertEquals(Item.READ, CanaryPermissions.VIEW.impliedBy);
        assertEquals(Item.CONFIGURE, CanaryPermissions.APPROVE.impliedBy);
        assertEquals(Jenkins.ADMINISTER, CanaryPermissions.OVERRIDE.impliedBy);
    }

    private static List<String> offered(String who) throws Exception {
        WebResponse answer = client(who)
                .getPage(new WebRequest(new URL(j.getURL(), base + "rollout")))
                .getWebResponse();
        List<String> all = new ArrayList<>();
        JSONObject.fromObject(answer.getContentAsString())
                .getJSONArray("actions")
                .forEach(a -> all.add((String) a));
        return all;
    }

    private static WebResponse post(String who, String action, String query) throws Exception {
        JenkinsRule.WebClient client = client(who);
        WebRequest request = new WebRequest(new URL(j.getURL(), base + action + "?" + query), HttpMethod.POST);
        return client.getPage(client.addCrumb(request)).getWebResponse();
    }

    private static List<RolloutEvent> events() throws Exception {
        return Builds.journal(build).stream()
                .filter(e -> !(e instanceof RolloutEvent.Ticked))
                .toList();
    }
}
