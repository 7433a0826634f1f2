using System.Text.Json.Nodes;

namespace Loader.Tests.Deploy;

/// <summary>What can be said of the state machines without running them, and what no interpreter at hand runs faithfully (tolerance, results).</summary>
public sealed class StateMachineTests
{
    private static readonly string[] EndingTypes = ["Succeed", "Fail"];

    private static IEnumerable<TestCaseData> Machines()
    {
        yield return new TestCaseData(StateMachine.Load()).SetArgDisplayNames("load");
        yield return new TestCaseData(StateMachine.Backfill()).SetArgDisplayNames("backfill");
        yield return new TestCaseData(StateMachine.Map()["ItemProcessor"]!.AsObject()).SetArgDisplayNames("child of the backfill");
    }

    [TestCaseSource(nameof(Machines))]
    public void Every_state_is_reached_and_every_way_leads_to_a_state(JsonObject machine)
    {
        JsonObject states = machine["States"]!.AsObject();
        var reached = new HashSet<string>();
        var open = new Stack<string>([machine["StartAt"]!.GetValue<string>()]);
        while (open.TryPop(out string? name))
        {
            if (reached.Add(name))
            {
                Assert.That(states, Does.ContainKey(name));
                foreach (string next in WaysOutOf(states[name]!.AsObject()))
                {
                    open.Push(next);
                }
            }
        }

        Assert.That(reached, Is.EquivalentTo(states.Select(state => state.Key)));
    }

    [TestCaseSource(nameof(Machines))]
    public void Every_state_goes_on_or_ends(JsonObject machine)
    {
        IEnumerable<string> stuck = machine["States"]!.AsObject()
            .Where(state => !EndingTypes.Contains(state.Value!["Type"]!.GetValue<string>()))
            .Where(state => state.Value!["End"] is null && !WaysOutOf(state.Value.AsObject()).Any())
            .Select(state => state.Key);

        Assert.That(stuck, Is.Empty);
    }

    [TestCaseSource(nameof(Machines))]
    public void Paths_are_json_path_and_no_other_language_is_asked_for(JsonObject machine)
    {
        string text = machine.ToJsonString();

        Assert.That(text, Does.Not.Contain("QueryLanguage").And.Not.Contain("\"Assign\"").And.Not.Contain("{%"));
    }

    [Test]
    public void The_load_task_is_bounded_retried_and_caught()
    {
        JsonObject task = StateMachine.Load()["States"]!["Load"]!.AsObject();

        Assert.That(task["Resource"]!.GetValue<string>(), Is.EqualTo("arn:aws:states:::lambda:invoke"));
        Assert.That(task["Parameters"]!["FunctionName"]!.GetValue<string>(), Is.EqualTo(StateMachine.FunctionArn));
        Assert.That(task["TimeoutSeconds"]!.GetValue<int>(), Is.GreaterThan(900), "the function's own timeout comes first");
        Assert.That(NamesOf(task["Catch"]!.AsArray()[^1]!), Is.EqualTo(new[] { "States.ALL" }), "whatever else fails ends as LoadFailed");
    }

    [Test]
    public void Retries_back_off_with_full_jitter_up_to_a_bound()
    {
        JsonArray retriers = StateMachine.Load()["States"]!["Load"]!["Retry"]!.AsArray();

        foreach (JsonNode? retrier in retriers)
        {
            Assert.That(retrier!["BackoffRate"]!.GetValue<double>(), Is.EqualTo(2));
            Assert.That(retrier["JitterStrategy"]!.GetValue<string>(), Is.EqualTo("FULL"));
            Assert.That(retrier["MaxDelaySeconds"]!.GetValue<int>(), Is.InRange(1, 900));
            Assert.That(retrier["MaxAttempts"]!.GetValue<int>(), Is.InRange(1, 10));
            Assert.That(NamesOf(retrier), Has.None.EqualTo("States.ALL"), "permanent failures are not tried again");
        }
    }

    [Test]
    public void Failures_of_lambda_itself_are_retried()
    {
        IEnumerable<string> retried = StateMachine.Load()["States"]!["Load"]!["Retry"]!.AsArray().SelectMany(retrier => NamesOf(retrier!));

        Assert.That(retried, Is.SupersetOf(new[]
        {
            "Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
            "Lambda.ClientExecutionTimeoutException", "Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError", "States.Timeout",
        }));
    }

    [Test]
    public void A_partial_answer_is_resumed_with_its_token_and_any_other_ends_the_load()
    {
        JsonObject states = StateMachine.Load()["States"]!.AsObject();
        JsonObject choice = states["Complete?"]!.AsObject();
        JsonObject partial = choice["Choices"]!.AsArray().Single()!.AsObject();
        JsonObject resume = states[states[partial["Next"]!.GetValue<string>()]!["Next"]!.GetValue<string>()]!.AsObject();

        Assert.That(partial["Variable"]!.GetValue<string>(), Is.EqualTo("$.answer.statusCode"));
        Assert.That(partial["NumericEquals"]!.GetValue<int>(), Is.EqualTo(206));
        Assert.That(resume["InputPath"]!.GetValue<string>(), Is.EqualTo("$.answer.data.resume"));
        Assert.That(resume["ResultPath"]!.GetValue<string>(), Is.EqualTo("$.request.resume"));
        Assert.That(resume["Next"]!.GetValue<string>(), Is.EqualTo("Load"));
        Assert.That(choice["Default"]!.GetValue<string>(), Is.EqualTo("Loaded"));
    }

    [Test]
    public void Every_count_starts_at_zero_and_is_added_up_over_the_rounds()
    {
        JsonObject states = StateMachine.Load()["States"]!.AsObject();
        JsonObject zeros = states["Begin"]!["Parameters"]!["totals"]!.AsObject();
        JsonObject sums = states["Count"]!["Parameters"]!.AsObject();

        Assert.That(zeros.Select(count => count.Value!.GetValue<int>()), Is.All.Zero);
        Assert.That(sums.Select(sum => sum.Key), Is.EquivalentTo(zeros.Select(count => count.Key + ".$")));
        foreach (string count in zeros.Select(count => count.Key).Where(count => count != "rounds"))
        {
            Assert.That(sums[count + ".$"]!.GetValue<string>(), Is.EqualTo($"States.MathAdd($.totals.{count}, $.answer.data.{count})"));
        }
    }

    [Test]
    public void The_backfill_maps_listed_objects_to_batches()
    {
        JsonObject map = StateMachine.Map();

        Assert.That(map["ItemReader"]!["Resource"]!.GetValue<string>(), Is.EqualTo("arn:aws:states:::s3:listObjectsV2"));
        Assert.That(map["ItemReader"]!["Parameters"]!["Prefix.$"]!.GetValue<string>(), Is.EqualTo("$.prefix"));
        Assert.That(map["ItemSelector"]!["key.$"]!.GetValue<string>(), Is.EqualTo("$$.Map.Item.Value.Key"));
        Assert.That(map["ItemSelector"]!["size.$"]!.GetValue<string>(), Is.EqualTo("$$.Map.Item.Value.Size"));
        JsonNode batcher = map["ItemBatcher"]!;
        Assert.That(batcher["MaxItemsPerBatch"]!.GetValue<int>(), Is.EqualTo(100));
        Assert.That(batcher["MaxInputBytesPerBatch"]!.GetValue<int>(), Is.EqualTo(65_536), "a quarter of a state: what fails grows by its cause");
        Assert.That(batcher["BatchInput"]!["bucket"]!.GetValue<string>(), Is.EqualTo(map["ItemReader"]!["Parameters"]!["Bucket"]!.GetValue<string>()));
        Assert.That(batcher["BatchInput"]!["listed"]!.GetValue<bool>(), Is.True, "an object that a listing found follows the rule of what is data");
        Assert.That(batcher["BatchInput"]!.AsObject().Select(member => member.Key), Has.None.EndsWith(".$"), "Step Functions documents a fixed value");
        Assert.That(map["ItemProcessor"]!["ProcessorConfig"]!["Mode"]!.GetValue<string>(), Is.EqualTo("DISTRIBUTED"));
        Assert.That(map["ItemProcessor"]!["ProcessorConfig"]!["ExecutionType"]!.GetValue<string>(), Is.EqualTo("STANDARD"));
    }

    [Test]
    public void A_child_of_the_backfill_fails_only_in_a_task_so_that_a_redrive_repeats_a_call()
    {
        JsonObject states = StateMachine.Map()["ItemProcessor"]!["States"]!.AsObject();

        Assert.That(states.Select(state => state.Value!["Type"]!.GetValue<string>()), Has.None.EqualTo("Fail"));
        Assert.That(states.Where(state => state.Value!["Parameters"]?["Payload"]?["final"] is not null).Select(state => state.Key), Is.EqualTo(new[] { "Load failed" }));
        Assert.That(states["Load failed"]!["Catch"], Is.Null);
    }

    [Test]
    public void Every_call_of_a_child_has_the_retries_of_lambda_and_the_same_result()
    {
        JsonObject[] tasks = [.. StateMachine.Map()["ItemProcessor"]!["States"]!.AsObject()
            .Select(state => state.Value!.AsObject()).Where(state => state["Type"]!.GetValue<string>() == "Task")];
        JsonNode[] loadRetries = [.. StateMachine.Load()["States"]!["Load"]!["Retry"]!.AsArray().Skip(1).OfType<JsonNode>()];

        Assert.That(tasks, Has.Length.EqualTo(4));
        foreach (JsonObject task in tasks)
        {
            Assert.That(task["TimeoutSeconds"]!.GetValue<int>(), Is.GreaterThan(900));
            Assert.That(task["ResultPath"]!.GetValue<string>(), Is.EqualTo("$.batch"));
            Assert.That(JsonNode.DeepEquals(task["ResultSelector"], tasks[0]["ResultSelector"]), Is.True);
            Assert.That(JsonNode.DeepEquals(task["Retry"], new JsonArray([.. loadRetries.Select(retrier => retrier.DeepClone())])), Is.True);
        }
    }

    [Test]
    public void The_backfill_is_bounded_tolerates_some_failures_and_keeps_its_results()
    {
        JsonObject map = StateMachine.Map();

        Assert.That(map["MaxConcurrency"]!.GetValue<int>(), Is.EqualTo(10));
        Assert.That(map["ToleratedFailurePercentage"]!.GetValue<double>(), Is.EqualTo(12.5));
        Assert.That(map["ToleratedFailureCount"], Is.Null);
        Assert.That(map["ResultWriter"]!["Resource"]!.GetValue<string>(), Is.EqualTo("arn:aws:states:::s3:putObject"));
        Assert.That(map["ResultWriter"]!["Parameters"]!["Prefix"]!.GetValue<string>(), Is.EqualTo("backfill-results"));
    }

    private static IEnumerable<string> NamesOf(JsonNode retrierOrCatcher) =>
        retrierOrCatcher["ErrorEquals"]!.AsArray().Select(name => name!.GetValue<string>());

    private static IEnumerable<string> WaysOutOf(JsonObject state) =>
        new[] { state["Next"], state["Default"] }
            .Concat((state["Choices"]?.AsArray() ?? []).Select(choice => choice!["Next"]))
            .Concat((state["Catch"]?.AsArray() ?? []).Select(catcher => catcher!["Next"]))
            .OfType<JsonNode>()
            .Select(next => next.GetValue<string>());
}
