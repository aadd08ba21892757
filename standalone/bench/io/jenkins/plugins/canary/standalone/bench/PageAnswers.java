package io.jenkins.plugins.canary.standalone.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.Refusal;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.ViewStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Answers for a journal whose snapshot is beside it, and then for a rollout of its own that is under way. */
public final class PageAnswers {

    private static final Person READER = Person.reader("bench");
    private static final int READS = 5;
    private static final int UPDATES = 200;

    private PageAnswers() {}

    public static void main(String[] args) throws Exception {
        Path journal = Path.of(args[0]);
        CanaryPlan plan = Workload.plan(6);
        Child.tell("veryFirstMillis", first(Path.of(args[1]), plan));
        double[] cold = new double[READS];
        for (int i = 0; i < READS; i++) {
            cold[i] = first(journal, plan);
        }
        Arrays.sort(cold);
        Child.tell("coldMedian", cold[READS / 2]);
        Child.tell("coldMax", cold[READS - 1]);
        try (VirtualRollout rollout = new VirtualRollout(plan, Path.of(args[2]))) {
            for (int i = 0; i < PageLoad.TICKS; i++) {
                rollout.tick();
            }
            RolloutApi api = new RolloutApi(rollout.view(), null, System::currentTimeMillis);
            Child.tell("liveMillis", millis(() -> api.rollout("0", "-1", READER)));
            updates(rollout, api);
        }
    }

    private static double first(Path journal, CanaryPlan plan) throws Exception {
        return millis(() -> {
            RolloutView view = ViewStore.load(journal, started -> plan);
            new RolloutApi(view, null, System::currentTimeMillis).rollout("0", "-1", READER);
        });
    }

    /** What a browser does that has the page open: a tick happens, it asks for what is new. */
    private static void updates(VirtualRollout rollout, RolloutApi api) throws Exception {
        String generation = new ObjectMapper()
                .readTree(api.rollout("0", "-1", READER))
                .at("/series/generation")
                .asText();
        double[] took = new double[UPDATES];
        for (int i = 0; i < UPDATES; i++) {
            String since = String.valueOf(rollout.view().seq());
            rollout.tick();
            took[i] = millis(() -> api.rollout(since, generation, READER));
        }
        Arrays.sort(took);
        Child.tell("updateMedian", took[UPDATES / 2]);
        Child.tell("updateMax", took[UPDATES - 1]);
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
