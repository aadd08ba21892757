package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.report.backtest.Backtest;
import io.jenkins.plugins.canary.engine.report.backtest.JournalSimulator;
import io.jenkins.plugins.canary.engine.report.backtest.ReportText;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a backtest found, for people or as JSON. */
record BacktestReport(PrintWriter out, boolean json) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    void month(Backtest.Report r, double wanted, long readMillis, long judgedMillis) throws JsonProcessingException {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("ticks", r.ticks());
            all.put("rollouts", r.rollouts());
            all.put("promoted", r.promoted());
            all.put("stopped", r.rollouts() - r.promoted());
            all.put("byCause", r.byCause());
            all.put("reasons", r.reasons());
            all.put(
                    "criteria",
                    r.proposals().stream().map(BacktestReport::criterion).toList());
            all.put("readMillis", readMillis);
            all.put("judgedMillis", judgedMillis);
            out.println(MAPPER.writeValueAsString(all));
            return;
        }
        ReportText.lines(r, wanted).forEach(out::println);
        out.println("read in " + readMillis + " ms, judged in " + judgedMillis + " ms");
    }

    private static Map<String, Object> criterion(Backtest.Proposal p) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("criterion", p.criterion().label());
        one.put("failing", p.failing());
        one.put("min", p.min());
        one.put("max", p.max());
        return one;
    }

    void journal(JournalSimulator.Answer a) throws JsonProcessingException {
        if (json) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("rollout", a.rollout());
            one.put("was", a.was());
            one.put("would", a.would());
            one.put("same", a.same());
            one.put("reasons", List.of(a.wasReason(), a.wouldReason()));
            out.println(MAPPER.writeValueAsString(one));
            return;
        }
        out.println(ReportText.line(a));
    }
}
