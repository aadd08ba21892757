package io.jenkins.plugins.canary.engine.plan.resolve;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.PolicyAddition;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.engine.yaml.Problems;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import io.jenkins.plugins.canary.engine.yaml.YamlWriter;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Makes the plan that runs out of the plan that was written: what it extends, its parameters, its recipes, and the policies over it. The
 * text of the plan that comes out says it all, so that a journal needs nothing else. Any thread; finding bases may block.
 */
public final class PlanResolver {

    private final BasePlans bases;
    private final List<PlanFile> policies;

    /** @param policies the controller's first; none takes anything from another */
    public PlanResolver(BasePlans bases, List<PlanFile> policies) {
        this.bases = bases;
        this.policies = List.copyOf(policies);
    }

    /** What is wrong with a policy by itself, whatever the plan; empty when nothing is. */
    public static List<Problem> check(PlanFile policy) {
        Problems problems = new Problems();
        Policy.read(policy, problems);
        return problems.all();
    }

    /**
     * Reads a plan that is to be run.
     *
     * @throws PlanException when the plan or a policy has errors, or the plan falls short of a policy
     */
    public CanaryPlan read(String text) throws PlanException {
        PlanReader.Result result = check(text);
        if (result.plan() == null) {
            throw new PlanException(result.problems());
        }
        return result.plan();
    }

    /** Reads a plan and reports all that is wrong or doubtful. Throws nothing, whatever the text. */
    public PlanReader.Result check(String text) {
        Problems problems = new Problems();
        YamlNode written = YamlText.parse(text, problems);
        Node resolved = written == null ? null : resolved(written);
        if (problems.hasErrors()) {
            return new PlanReader.Result(null, problems.all());
        }
        Reading reading = Reading.of(resolved, resolved == written.node() ? text : null);
        List<PolicyAddition> added = new ArrayList<>();
        List<Policy> all = new ArrayList<>();
        for (PlanFile file : policies) {
            if (reading.result.plan() == null) {
                return reading.result;
            }
            Policy policy = Policy.read(file, problems);
            CanaryPlan asked = policy == null ? null : policy.over(reading.root);
            if (asked == null) {
                return new PlanReader.Result(null, problems.all());
            }
            all.add(policy);
            PolicyAdditions additions = new PolicyAdditions(
                    policy, reading.result.plan(), new YamlNode(reading.root.node(), "", problems), asked);
            Node more = additions.tree();
            if (problems.hasErrors()) {
                return new PlanReader.Result(null, problems.all());
            }
            if (!additions.added().isEmpty()) {
                reading = Reading.of(more, null);
                added.addAll(additions.added());
            }
        }
        return reading.result.plan() == null ? reading.result : within(all, reading, added);
    }

    /** Null after reporting. */
    private Node resolved(YamlNode written) {
        Node whole = new PlanExtension(bases).resolved(written);
        return whole == null
                ? null
                : new Recipes(bases, written.problems())
                        .resolved(Parameters.filled(new YamlNode(whole, "", written.problems())));
    }

    private static PlanReader.Result within(List<Policy> policies, Reading reading, List<PolicyAddition> added) {
        CanaryPlan plan = reading.result.plan();
        Problems problems = new Problems();
        policies.forEach(p -> new PolicyLimits(p, plan, new YamlNode(reading.root.node(), "", problems)).check());
        if (problems.hasErrors()) {
            problems.addAll(reading.result.problems());
            return new PlanReader.Result(null, problems.all());
        }
        return new PlanReader.Result(plan.with(added), reading.result.problems());
    }

    /** @param root reports to problems that are already in the result */
    private record Reading(YamlNode root, PlanReader.Result result) {

        /** @param text null to write it anew */
        static Reading of(Node tree, String text) {
            YamlNode root = new YamlNode(tree, "", new Problems());
            String whole = text == null ? YamlWriter.write(tree) : text;
            PlanReader.Result result = PlanReader.check(root, whole);
            if (text == null && result.plan() != null && PlanReader.check(whole).plan() == null) {
                root.error("the plan is too large once it is resolved", "use fewer aliases, or shorter texts");
                result = new PlanReader.Result(null, root.problems().all());
            }
            return new Reading(root, result);
        }
    }
}
