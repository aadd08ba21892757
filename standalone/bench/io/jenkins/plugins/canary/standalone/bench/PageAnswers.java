package io.jenkins.plugins.canary.standalone.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.Refusal;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.ViewStore;
import java.io.IOException;
import java.nio.file.Path;

/** Answers for a journal whose snapshot is beside it: from the snapshot, and then as a rollout under way does. */
public final class PageAnswers {

    private static final Person READER = Person.reader("bench");
    private static final int UPDATES = 200;

    private PageAnswers() {}

    public static void main(String[] args) throws Exception {
        Path journal = Path.of(args[0]);
        CanaryPlan plan = Workload.plan(6);
        Child.tell("coldMillis", first(journal, plan));
        double warm = 0;
        for (int i = 0; i < 5; i++) {
            warm = first(journal, plan);
        }
        Child.tell("warmMillis", warm);
        RolloutView view = new RolloutView(plan);
        FileJournal.read(journal, view::apply);
        RolloutApi api = new RolloutApi(view, null, System::currentTimeMillis);
        Child.tell("liveMillis", millis(() -> api.rollout("0", "-1", READER)));
        updates(plan, view, api);
    }

    private static double first(Path journal, CanaryPlan plan) throws Exception {
        return millis(() -> {
            RolloutView view = ViewStore.load(journal, started -> plan);
            if (view.seq() < PageLoad.TICKS) {
                throw new IOException("the view has only " + view.seq() + " events");
            }
            new RolloutApi(view, null, System::currentTimeMillis).rollout("0", "-1", READER);
        });
    }

    /** What a browser does that has the page open: a tick happens, it asks for what is new. */
    private static void updates(CanaryPlan plan, RolloutView view, RolloutApi api) throws Exception {
        Workload.Source source = new Workload.Source();
        String generation = new ObjectMapper().readTree(api.rollout("0", "-1", READER)).at("/series/generation").asText();
        double slowest = 0;
        for (int i = 1; i <= UPDATES; i++) {
            String since = String.valueOf(view.seq());
            long n = PageLoad.TICKS + i;
            view.apply(JournalBench.tick(plan, source, 1_800_000_000_000L + n * 60_000L, n * 100L));
            slowest = Math.max(slowest, millis(() -> api.rollout(since, generation, READER)));
        }
        Child.tell("updateMillis", slowest);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, Refusal;
    }

    private static double millis(Work work) throws Exception {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e6;
    }
}
