package io.jenkins.plugins.canary.rollouts;

import hudson.Util;
import hudson.model.Failure;
import hudson.model.Run;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.report.HtmlReport;
import io.jenkins.plugins.canary.engine.report.JournalReport;
import io.jenkins.plugins.canary.engine.report.JunitReport;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.view.Refusal;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.apache.commons.io.IOUtils;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.WebMethod;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * One rollout of a build, at {@code BUILD/canary/ID/}: its gate page, the JSON API of docs/openapi.yaml, its journal and
 * its plan. Whoever gets here may view it; the API checks what more is asked for.
 */
public final class RolloutPage {

    private static final int LONGEST_REASON = 2_000;

    private final RolloutsAction action;
    private final RolloutRecord record;

    RolloutPage(RolloutsAction action, RolloutRecord record) {
        this.action = action;
        this.record = record;
    }

    /** The build, for the page's frame. */
    public Run<?, ?> getObject() {
        return action.getRun();
    }

    public String getDisplayName() {
        return Messages.RolloutPage_title(record.getName());
    }

    public RolloutRow getRow() {
        return new RolloutRow(action.getRun(), record);
    }

    /** Relative to Jenkins' root, with a slash at the end. */
    public String getUrl() {
        return action.getRun().getUrl() + action.getUrlName() + "/" + record.getId() + "/";
    }

    public HttpResponse doRollout(
            @QueryParameter String since, @QueryParameter String generation, @QueryParameter String language) {
        return JsonReply.of(language, () -> {
            RolloutView view;
            try {
                view = action.view(record.getId());
            } catch (IOException e) {
                String stuck = getStuck();
                throw new Refusal(HttpServletResponse.SC_NOT_FOUND, stuck == null ? e.getMessage() : stuck);
            }
            return api(view).rollout(since, generation, language, Persons.asking(action.getRun(), view.plan()));
        });
    }

    /** What people do with the rollout; the last word of the address says what. */
    @RequirePOST
    @WebMethod(
            name = {
                "approve",
                "reject",
                "withdrawApproval",
                "hold",
                "release",
                "promote",
                "rollback",
                "tick",
                "withdraw",
                "keep",
                "endWatch",
                "overrideWindow"
            })
    public HttpResponse doAct(StaplerRequest2 req) {
        String[] address = req.getPathInfo().split("/");
        String what = address[address.length - 1];
        Map<String, String> fields = new HashMap<>();
        req.getParameterMap().forEach((name, values) -> fields.put(name, values[0]));
        return JsonReply.of(fields.get("language"), () -> {
            if (what.equals("rollback") && isUnwatched()) {
                return orderRollBack(fields.get("reason"));
            }
            RolloutView view = action.view(record.getId());
            return api(view).act(what, fields, Persons.asking(action.getRun(), view.plan()));
        });
    }

    /** The phase whose approval a notification's link asks for; null when there is no such link, or it is not as it was sent. */
    public String getDecide() {
        StaplerRequest2 req = Stapler.getCurrentRequest2();
        String phase = req.getParameter("decide");
        return phase != null
                        && DecisionLink.isValid(
                                record.getId(),
                                phase,
                                req.getParameter("until"),
                                req.getParameter("sign"),
                                RolloutManager.get().now())
                ? phase
                : null;
    }

    /** Whether a link asks for a decision, and is old or not as it was sent. */
    public boolean isDecisionRefused() {
        return Stapler.getCurrentRequest2().getParameter("decide") != null && getDecide() == null;
    }

    private Optional<LiveRollout> live() {
        return RolloutManager.get().find(action.getRun(), record.getId());
    }

    /** Why an open rollout is not under way; null when it is, or has ended. */
    public String getStuck() {
        LiveRollout live = live().filter(r -> r.run() == null).orElse(null);
        if (live == null || live.ordered() == null && live.problem() == null) {
            return null;
        }
        return live.ordered() != null
                ? Messages.RolloutPage_ordered(record.getName())
                : Messages.RolloutPage_stuck(record.getName(), StatusWords.translated(live.problem()));
    }

    private boolean isUnwatched() {
        return live().filter(r -> r.run() == null).isPresent();
    }

    /** Whether a rollout that is not under way may be taken back by the reader. */
    public boolean isReversible() {
        return live().filter(r -> r.run() == null && r.ordered() == null).isPresent()
                && action.getRun().hasPermission(CanaryPermissions.CONTROL);
    }

    /** The button of a rollout that is not under way, for which the gate page has no buttons. */
    @RequirePOST
    public HttpResponse doTakeBack() {
        action.getRun().checkPermission(CanaryPermissions.CONTROL);
        try {
            orderRollBack(null);
        } catch (Refusal e) {
            throw new Failure(e.getMessage());
        }
        return HttpResponses.redirectViaContextPath(getUrl());
    }

    private byte[] orderRollBack(String reason) throws Refusal {
        Run<?, ?> build = action.getRun();
        String who = Jenkins.getAuthentication2().getName();
        if (!build.hasPermission(CanaryPermissions.CONTROL)) {
            throw new Refusal(
                    HttpServletResponse.SC_FORBIDDEN,
                    who + " may not control the rollout: the permission Control is needed");
        }
        String why = Util.fixEmptyAndTrim(reason);
        try {
            LiveRollout live = live().orElseThrow(() -> new CommandRefused("the rollout has ended"));
            live.orderRollBack(new Input.RollBack(who, bounded(why)));
        } catch (CommandRefused e) {
            throw new Refusal(HttpServletResponse.SC_CONFLICT, e.getMessage());
        }
        return "{\"seq\":0}".getBytes(StandardCharsets.UTF_8);
    }

    private static String bounded(String reason) {
        return reason == null ? "no reason given" : reason.substring(0, Math.min(reason.length(), LONGEST_REASON));
    }

    private RolloutApi api(RolloutView view) {
        RolloutRun run = live().map(LiveRollout::run).orElse(null);
        return new RolloutApi(
                view,
                run,
                RolloutManager.get()::now,
                () -> RolloutManager.get().notices().failedDeliveries(record.getId()));
    }

    /** The journal as it is by now: JSON lines. */
    public void doJournal(StaplerRequest2 req, StaplerResponse2 rsp) throws IOException {
        Path file = action.journal(record.getId());
        long size;
        try {
            size = Files.size(file);
        } catch (NoSuchFileException e) {
            rsp.sendError(404, Messages.RolloutPage_noJournal(record.getName()));
            return;
        }
        rsp.setContentType("application/x-ndjson");
        rsp.setHeader("X-Content-Type-Options", "nosniff");
        rsp.setHeader("Content-Disposition", "attachment; filename=\"" + record.getId() + ".jsonl\"");
        rsp.setContentLengthLong(size);
        try (InputStream in = Files.newInputStream(file)) {
            // Lines are added while it is being sent: as many bytes as were announced.
            IOUtils.copyLarge(in, rsp.getOutputStream(), 0, size);
        }
    }

    /** The evidence as one page that loads nothing and runs nothing. */
    public void doReport(StaplerResponse2 rsp) throws IOException {
        send(rsp, "text/html;charset=UTF-8", null, () -> HtmlReport.of(action.report(record)));
    }

    @WebMethod(name = "report.json")
    public void doReportJson(StaplerResponse2 rsp) throws IOException {
        send(rsp, "application/json", ".json", () -> JournalReport.json(action.report(record)));
    }

    @WebMethod(name = "report.xml")
    public void doReportXml(StaplerResponse2 rsp) throws IOException {
        String type = "application/xml;charset=UTF-8";
        send(rsp, type, ".xml", () -> JunitReport.of(action.report(record), record.getName()));
    }

    public void doPlan(StaplerResponse2 rsp) throws IOException {
        send(
                rsp,
                "text/plain;charset=UTF-8",
                null,
                () -> action.view(record.getId()).plan().text());
    }

    private interface Text {
        String read() throws IOException;
    }

    /** @param ending of the file to be saved; null for what is to be looked at */
    private void send(StaplerResponse2 rsp, String type, String ending, Text from) throws IOException {
        byte[] text;
        try {
            text = from.read().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            rsp.sendError(404, e.getMessage());
            return;
        }
        rsp.setContentType(type);
        rsp.setHeader("X-Content-Type-Options", "nosniff");
        rsp.setHeader("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'");
        if (ending != null) {
            rsp.setHeader("Content-Disposition", "attachment; filename=\"" + record.getId() + ending + "\"");
        }
        rsp.setContentLength(text.length);
        rsp.getOutputStream().write(text);
    }
}
