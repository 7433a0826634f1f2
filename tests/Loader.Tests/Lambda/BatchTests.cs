using System.Text.Json.Nodes;
using Loader.Application.Results;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.StepFunctions;
using Loader.Tests.Deploy;

namespace Loader.Tests.Lambda;

/// <summary>Batches of objects, driven through the states of a child of the backfill.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BatchTests
{
    private static readonly string[] OneCall = ["Begin", "Load", "Complete?", "Loaded"];

    private readonly BatchChild _child = new();

    [Test]
    public async Task A_batch_is_loaded_by_one_call_and_five_transitions()
    {
        string[] keys = AddFiles(20);

        ChildExecution execution = _child.Start(keys);

        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(execution.Entered, Is.EqualTo(OneCall));
        Assert.That(execution.Transitions, Is.EqualTo(5));
        Assert.That(Total(execution, "files_loaded"), Is.EqualTo(20));
        Assert.That(Total(execution, "read"), Is.EqualTo(20));
        Assert.That(Total(execution, "written"), Is.EqualTo(20));
        Assert.That(Total(execution, "rounds"), Is.EqualTo(1));
        Assert.That(execution.Output!["message"]!.GetValue<string>(), Is.EqualTo("20 objects loaded, 0 skipped, 0 failed, 0 remain; 20 rows read, 20 written"));
    }

    [Test]
    public async Task What_is_listed_and_no_data_is_skipped_and_counted_by_reason()
    {
        string[] keys = AddFiles(1);

        ChildExecution execution = _child.Start([.. keys, "dataset=generation/_SUCCESS", "dataset=generation/x.csv", "_temporary/a.parquet"]);

        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(Total(execution, "files_skipped"), Is.EqualTo(3));
        Assert.That(execution.Output!["totals"]!["skipped_by_reason"]!.ToJsonString(), Is.EqualTo("""{"not_parquet":2,"hidden":1}"""));
    }

    [Test]
    public async Task An_object_that_fails_stops_no_other_and_the_child_ends_in_a_task_with_its_name()
    {
        string[] keys = AddFiles(5);
        _child.Files.Add(keys[1], failure: new SourceCorruptException("torn"));

        ChildExecution execution = _child.Start(keys);

        Assert.That(await execution.RunAsync(), Is.False);
        Assert.That(execution.Entered, Is.EqualTo(new[] { "Begin", "Load", "Complete?", "Load failed" }));
        Assert.That(execution.Failure!.Error, Is.EqualTo("SourceCorruptException"));
        Assert.That(
            JsonNode.Parse(execution.Failure.Cause)!["errorMessage"]!.GetValue<string>(),
            Is.EqualTo($"Batch: 4 objects loaded, 0 skipped, 1 failed, 0 remain; 4 rows read, 4 written. (1) s3://lake/{keys[1]}: SourceCorruptException: torn"));
    }

    [Test]
    public async Task A_redrive_loads_only_the_objects_that_failed_and_completes_the_totals()
    {
        string[] keys = AddFiles(5);
        _child.Files.Add(keys[1], failure: new SourceCorruptException("torn"));
        ChildExecution execution = _child.Start(keys);
        await execution.RunAsync();
        _child.Files.Opened.Clear();
        _child.Files.Add(keys[1]);

        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(_child.Files.Opened.Select(file => file.Key), Is.EqualTo(new[] { keys[1] }));
        Assert.That(execution.Entered.Skip(4), Is.EqualTo(new[] { "Load failed", "Complete?", "Loaded" }));
        Assert.That(Total(execution, "files_loaded"), Is.EqualTo(5));
        Assert.That(Total(execution, "files_failed"), Is.Zero);
        Assert.That(Total(execution, "written"), Is.EqualTo(5));
    }

    [Test]
    public async Task A_transient_failure_is_tried_again_although_another_object_fails_for_good()
    {
        string[] keys = AddFiles(3);
        int failures = 0;
        _child.Files.Add(keys[0], failure: new SourceCorruptException("torn"));
        _child.Files.Add(keys[1], onRead: () => _ = failures++ < 2 ? throw new UnavailableException("busy") : 0);

        ChildExecution execution = _child.Start(keys);

        Assert.That(await execution.RunAsync(), Is.False);
        Assert.That(execution.Failure!.Error, Is.EqualTo("SourceCorruptException"));
        Assert.That(execution.Failure.Cause, Does.Contain("2 objects loaded, 0 skipped, 1 failed"));
        Assert.That(_child.Files.Opened.Count(file => file.Key == keys[1]), Is.EqualTo(3));
        Assert.That(_child.Files.Opened.Count(file => file.Key == keys[0]), Is.EqualTo(2), "once, and once more in the last call");
        Assert.That(execution.Waits, Has.Count.EqualTo(2));
        Assert.That(execution.Waits[0], Is.InRange(15, 30));
        Assert.That(execution.Waits[1], Is.InRange(30, 60));
    }

    [Test]
    public async Task A_batch_of_which_every_object_is_throttled_waits_longer_each_time_and_then_fails_as_transient()
    {
        string[] keys = AddFiles(10);
        Array.ForEach(keys, key => _child.Files.Add(key, failure: new ThrottledException("slow down")));

        ChildExecution execution = _child.Start(StateMachine.BackfillText(retryAttempts: 3), [.. keys.Select(key => (key, 1L))]);

        Assert.That(await execution.RunAsync(), Is.False);
        Assert.That(execution.Failure!.Error, Is.EqualTo("ThrottledException"));
        Assert.That(execution.Waits, Has.Count.EqualTo(3));
        Assert.That(execution.Waits[^1], Is.InRange(60, 120));
        Assert.That(execution.Payloads, Has.Count.EqualTo(5), "four attempts and the last call");
        Array.ForEach(keys, key => _child.Files.Add(key));
        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(Total(execution, "files_loaded"), Is.EqualTo(10));
    }

    [Test]
    public async Task A_destination_that_throttles_for_hours_is_left_alone_for_the_longest_pause()
    {
        string[] keys = AddFiles(2);
        int failures = 0;
        _child.Files.Add(keys[0], onRead: () => _ = failures++ < 1 ? throw new ThrottledException("partitions") { LastsForHours = true } : 0);

        ChildExecution execution = _child.Start(keys);

        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(execution.Waits.Single(), Is.InRange(450, 900));
    }

    [Test]
    public async Task A_file_that_is_cut_at_the_deadline_is_resumed_before_the_rest_and_no_row_counts_twice()
    {
        string[] keys = AddFiles(3);
        _child.Files.Add(keys[0], rowGroups: 9, onRead: () => _child.Advance(TimeSpan.FromMinutes(1)));

        ChildExecution execution = _child.Start(keys);

        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(Total(execution, "rounds"), Is.GreaterThan(2));
        Assert.That(Total(execution, "read"), Is.EqualTo(11));
        Assert.That(Total(execution, "written"), Is.EqualTo(11));
        Assert.That(Total(execution, "files_loaded"), Is.EqualTo(3));
        JsonNode resumed = execution.Payloads[1]["items"]![0]!;
        Assert.That(resumed["key"]!.GetValue<string>(), Is.EqualTo(keys[0]));
        Assert.That(resumed["resume"]!["row_group"]!.GetValue<int>(), Is.InRange(1, 4));
        Assert.That(execution.Waits, Is.All.EqualTo(1));
    }

    [Test]
    public async Task A_file_that_was_replaced_after_it_was_cut_fails_and_a_redrive_begins_it_again()
    {
        string[] keys = AddFiles(1);
        _child.Files.Add(keys[0], rowGroups: 9, onRead: () => _child.Advance(TimeSpan.FromMinutes(1)));
        ChildExecution execution = _child.Start(keys);
        _child.Accident = (payload, call) => payload["items"]![0]!["resume"] is not null
            ? new LambdaResult(LambdaOutcome.FunctionError, "r-1", """{"errorType":"TestDone"}""", "TestDone") : call.Result;
        await execution.RunAsync();
        JsonObject cut = execution.Payloads[^1];
        cut["items"]![0]!["resume"]!["etag"] = "another";
        _child.Accident = null;

        LambdaResult answer = await _child.InvokeAsync(cut.ToJsonString());

        JsonNode failed = JsonNode.Parse(answer.Payload)!["data"]!["failed"]![0]!;
        Assert.That(failed["error"]!.GetValue<string>(), Is.EqualTo("SourceChangedException"));
        Assert.That(failed["resume"], Is.Null);
    }

    [Test]
    public async Task A_huge_object_among_small_ones_has_a_call_of_its_own()
    {
        string[] keys = AddFiles(4);
        (string, long)[] objects = [(keys[0], 10), (keys[1], 10), (keys[2], 5_000), (keys[3], 10)];

        ChildExecution execution = _child.Start(StateMachine.BackfillText(bytesPerCall: 100), objects);

        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(execution.Payloads.Select(payload => payload["items"]!.AsArray().Count), Is.EqualTo(new[] { 4, 2, 1 }));
        Assert.That(Total(execution, "files_loaded"), Is.EqualTo(4));
    }

    [Test]
    public async Task A_call_whose_answer_is_lost_is_repeated_and_nothing_counts_twice()
    {
        string[] keys = AddFiles(3);
        int calls = 0;
        _child.Accident = (_, call) => calls++ == 0 && call.Result.IsSuccess
            ? new LambdaResult(LambdaOutcome.TimedOut, "r-1", "{}", "Sandbox.Timedout") : call.Result;

        ChildExecution execution = _child.Start(keys);

        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(execution.Entered, Is.EqualTo(OneCall));
        Assert.That(execution.Payloads[1].ToJsonString(), Is.EqualTo(execution.Payloads[0].ToJsonString()));
        Assert.That(_child.Files.Opened, Has.Count.EqualTo(6));
        Assert.That(Total(execution, "files_loaded"), Is.EqualTo(3));
        Assert.That(Total(execution, "written"), Is.EqualTo(3));
        Assert.That(Total(execution, "rounds"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_object_that_ends_the_process_is_set_aside_and_every_other_is_loaded()
    {
        string[] keys = AddFiles(5);
        EndTheProcessAt(keys[2]);

        ChildExecution execution = _child.Start(keys);

        Assert.That(await execution.RunAsync(), Is.False);
        Assert.That(execution.Failure!.Error, Is.EqualTo("Runtime.ExitError"));
        Assert.That(execution.Entered[^1], Is.EqualTo("Load failed"));
        Assert.That(execution.Entered.Count(state => state == "Set one aside"), Is.EqualTo(1));
        JsonObject last = execution.Payloads[^1];
        Assert.That(last["items"]!.AsArray().Select(item => item!["key"]!.GetValue<string>()), Is.EqualTo(new[] { keys[2] }));
        Assert.That(last["items"]![0]!["error"]!.GetValue<string>(), Is.EqualTo("Runtime.ExitError"));
        Assert.That(last["totals"]!["files_loaded"]!.GetValue<int>(), Is.EqualTo(4));
        _child.Accident = null;
        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(Total(execution, "files_loaded"), Is.EqualTo(5));
    }

    [Test]
    public async Task A_last_call_that_runs_out_of_time_goes_on_without_a_failure()
    {
        string[] keys = AddFiles(2);
        Array.ForEach(keys, key => _child.Files.Add(key, failure: new SourceCorruptException("torn")));
        ChildExecution execution = _child.Start(keys);
        await execution.RunAsync();
        _child.Files.Add(keys[0], rowGroups: 9, onRead: () => _child.Advance(TimeSpan.FromMinutes(1)));
        _child.Files.Add(keys[1]);

        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(execution.Entered.Skip(3).Take(4), Is.EqualTo(new[] { "Load failed", "Load failed", "Complete?", "Pause" }));
        Assert.That(Total(execution, "read"), Is.EqualTo(10));
        Assert.That(Total(execution, "files_failed"), Is.Zero);
    }

    [Test]
    public async Task The_largest_batch_whose_every_object_fails_fits_in_a_state()
    {
        string[] keys = [.. Enumerable.Range(0, 420).Select(number => $"dataset=generation/{new string('é', 20)}{number:000}.parquet")];
        Array.ForEach(keys, key => _child.Files.Add(key, failure: new SourceCorruptException($"\"{new string('\\', 3_000)}\"")));
        string machine = StateMachine.BackfillText(itemsPerBatch: 1_000);

        ChildExecution execution = _child.Start(machine, [.. keys.Select(key => (key, 1L))]);

        Assert.That(await execution.RunAsync(), Is.False);
        Assert.That(execution.Failure!.Error, Is.EqualTo("SourceCorruptException"));
        Assert.That(execution.Payloads[^1]["items"]!.AsArray(), Has.Count.EqualTo(420));
        Assert.That(execution.LargestStateBytes, Is.InRange(65_536, 256 * 1024));
    }

    [Test]
    public async Task An_empty_batch_succeeds()
    {
        LambdaResult answer = await _child.InvokeAsync("""{"items":[]}""");

        JsonNode json = JsonNode.Parse(answer.Payload)!;
        Assert.That(json["statusCode"]!.GetValue<int>(), Is.EqualTo(200), answer.Payload);
        Assert.That(json["data"]!["remaining"]!.AsArray(), Is.Empty);
        Assert.That(json["data"]!["totals"]!["files_loaded"]!.GetValue<int>(), Is.Zero);
    }

    [Test]
    public async Task An_item_that_names_no_object_fails_alone()
    {
        AddFiles(1);

        LambdaResult answer = await _child.InvokeAsync(
            """{"options":{"bucket":"lake"},"items":[{"key":""},7,{"key":"dataset=generation/0000.parquet"},{"key":"dataset=generation/0000.parquet","dataset":"gas"}]}""");

        JsonNode json = JsonNode.Parse(answer.Payload)!;
        Assert.That(
            json["data"]!["failed"]!.AsArray().Select(item => item!["error"]!.GetValue<string>()),
            Is.EqualTo(new[] { "InvalidEventException", "InvalidEventException", "UnknownDatasetException" }));
        Assert.That(json["data"]!["totals"]!["files_loaded"]!.GetValue<int>(), Is.EqualTo(1));
    }

    [Test]
    public async Task An_object_that_is_there_twice_is_loaded_once()
    {
        string[] keys = AddFiles(1);

        ChildExecution execution = _child.Start(keys[0], keys[0]);

        Assert.That(await execution.RunAsync(), Is.True);
        Assert.That(Total(execution, "files_loaded"), Is.EqualTo(1));
    }

    [TestCase("""{"items":7}""", "'items' must be an array")]
    [TestCase("""{"items":[],"options":{"bytes_per_call":0}}""", "'bytes_per_call' must be a whole number of 1 or more")]
    [TestCase("""{"items":[],"totals":[]}""", "'totals' must be an object")]
    [TestCase("""{"items":[],"final":"yes"}""", "'final' must be true or false")]
    public async Task An_input_that_is_no_batch_is_refused(string input, string fault)
    {
        LambdaResult answer = await _child.InvokeAsync(input);

        Assert.That(answer.ErrorType, Is.EqualTo("InvalidEventException"));
        Assert.That(JsonNode.Parse(answer.Payload)!["errorMessage"]!.GetValue<string>(), Does.Contain(fault));
    }

    [Test]
    public async Task More_items_than_a_response_could_hold_are_refused()
    {
        string items = string.Join(',', Enumerable.Repeat("{}", 1_001));

        LambdaResult answer = await _child.InvokeAsync($$"""{"items":[{{items}}]}""");

        Assert.That(answer.ErrorType, Is.EqualTo("InvalidEventException"));
    }

    [Test]
    public async Task An_input_that_names_an_object_is_no_batch()
    {
        string[] keys = AddFiles(1);

        LambdaResult answer = await _child.InvokeAsync($$"""{"bucket":"lake","key":"{{keys[0]}}","items":[]}""");

        Assert.That(JsonNode.Parse(answer.Payload)!["message"]!.GetValue<string>(), Is.EqualTo("Loaded 1 records of 1 rows"));
    }

    [Test]
    public async Task Each_failure_is_in_the_log_with_its_object()
    {
        string[] keys = AddFiles(1);
        _child.Files.Add(keys[0], failure: new SourceCorruptException("torn"));

        await _child.Start(keys).RunAsync();

        Assert.That(_child.Log.Collector.GetSnapshot().Select(record => record.Message), Has.All.EqualTo($"s3://lake/{keys[0]} failed"));
    }

    private static long Total(ChildExecution execution, string count) => execution.Output!["totals"]![count]!.GetValue<long>();

    /// <summary>Adds files of one row.</summary>
    private string[] AddFiles(int count)
    {
        string[] keys = [.. Enumerable.Range(0, count).Select(number => $"dataset=generation/{number:0000}.parquet")];
        Array.ForEach(keys, key => _child.Files.Add(key));
        return keys;
    }

    /// <summary>A call that begins an object ends without an answer, and so does every repetition.</summary>
    private void EndTheProcessAt(string key) => _child.Accident = (payload, call) =>
    {
        bool isSetAside = payload["crash"] is not null;
        int begun = payload["max_items"]?.GetValue<int>() ?? int.MaxValue;
        return !isSetAside && payload["items"]!.AsArray().Take(begun).Any(item => item!["key"]!.GetValue<string>() == key)
            ? new LambdaResult(LambdaOutcome.RuntimeError, "r-1", "{}", "Runtime.ExitError")
            : call.Result;
    };
}
