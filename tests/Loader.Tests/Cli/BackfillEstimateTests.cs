using System.Text.Json;
using Loader.Cli.Backfill;

namespace Loader.Tests.Cli;

public sealed class BackfillEstimateTests
{
    private static readonly BackfillPrices Prices = new();

    private static readonly BackfillPlan Plan = new() { Objects = 100_000 };

    [Test]
    public void A_batch_has_five_transitions_and_one_call()
    {
        BackfillEstimate estimate = BackfillEstimate.Compute(Plan, Prices);

        Assert.That(estimate.Batches, Is.EqualTo(1_000));
        Assert.That(estimate.Calls, Is.EqualTo(1_000));
        Assert.That(estimate.Transitions, Is.EqualTo(5_004));
        Assert.That(estimate.TransitionCost, Is.EqualTo(0.1251m));
    }

    [Test]
    public void One_object_a_call_has_as_many_calls_as_objects()
    {
        BackfillEstimate estimate = BackfillEstimate.Compute(Plan with { ItemsPerBatch = 1 }, Prices);

        Assert.That(estimate.Calls, Is.EqualTo(100_000));
        Assert.That(estimate.Transitions, Is.EqualTo(500_004));
    }

    [Test]
    public void The_bytes_of_the_input_limit_a_batch_of_long_keys()
    {
        Assert.That(BackfillEstimate.Compute(Plan with { ItemsPerBatch = 1_000, KeyBytes = 1_000 }, Prices).ItemsPerBatch, Is.EqualTo(60));
    }

    [Test]
    public void Large_objects_need_several_calls_a_batch_with_three_transitions_each()
    {
        BackfillEstimate estimate = BackfillEstimate.Compute(Plan with { ObjectBytes = 10_000_000 }, Prices);

        Assert.That(estimate.Calls, Is.EqualTo(4_000), "26 objects of 10 MB fit in 256 MiB");
        Assert.That(estimate.Transitions, Is.EqualTo(4 + (1_000 * (5 + (3 * 3)))));
    }

    [Test]
    public void A_call_that_takes_longer_than_its_timeout_is_resumed()
    {
        BackfillEstimate estimate = BackfillEstimate.Compute(Plan with { Objects = 1, Rows = 100_000_000, ItemsPerBatch = 1 }, Prices);

        Assert.That(estimate.Calls, Is.EqualTo(4), "1,000,000 requests of 50 ms, 16 at once, are 3,125 s");
        Assert.That(estimate.CallSeconds, Is.LessThan(900));
    }

    [Test]
    public void The_duration_is_that_of_the_round_trips_divided_by_what_is_done_at_once()
    {
        var plan = new BackfillPlan
        {
            Objects = 1_600,
            Rows = 24,
            ItemsPerBatch = 80,
            Concurrency = 2,
            FilesInFlight = 8,
            ReadMilliseconds = 20,
            WriteMilliseconds = 30,
            CpuMilliseconds = 0,
            CallMilliseconds = 100,
            TransitionMilliseconds = 0,
        };

        BackfillEstimate estimate = BackfillEstimate.Compute(plan, Prices);

        Assert.That(estimate.CallSeconds, Is.EqualTo(0.6).Within(1e-9), "80 objects, 8 at once, 50 ms each, and 100 ms");
        Assert.That(estimate.DurationSeconds, Is.EqualTo(6).Within(1e-9), "20 batches, 2 at once");
        Assert.That(estimate.GigabyteSeconds, Is.EqualTo(20 * 0.6 * 1_769 / 1_024).Within(1e-9));
    }

    [Test]
    public void No_object_costs_no_call()
    {
        BackfillEstimate estimate = BackfillEstimate.Compute(Plan with { Objects = 0 }, Prices);

        Assert.That((estimate.Calls, estimate.Transitions, estimate.DurationSeconds), Is.EqualTo((0L, 4L, 0.0)));
    }

    [Test]
    public async Task The_command_prints_both_ways_for_each_number_of_objects()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("backfill", "estimate", "--objects", "1000,100000", "--json");

        Assert.That(exit, Is.Zero, cli.Error);
        JsonElement[] estimates = [.. cli.Json.GetProperty("estimates").EnumerateArray()];
        Assert.That(estimates.Select(pair => pair.GetProperty("batched").GetProperty("calls").GetInt64()), Is.EqualTo(new[] { 10, 1_000 }));
        Assert.That(estimates.Select(pair => pair.GetProperty("single").GetProperty("calls").GetInt64()), Is.EqualTo(new[] { 1_000, 100_000 }));
    }

    [Test]
    public async Task The_table_names_the_load_on_the_destination()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("backfill", "estimate", "--concurrency", "20");

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Output, Does.Contain("At most 320 write requests in flight: 20 calls at once with 16 each."));
        Assert.That(cli.Output, Does.Contain("10,000,000"));
    }

    [Test]
    public async Task Prices_of_a_file_count()
    {
        using var cli = new CliRun();
        string prices = cli.PathOf("prices.json");
        await File.WriteAllTextAsync(prices, """{"per_million_transitions": 100}""");

        await cli.RunAsync("backfill", "estimate", "--objects", "100000", "--prices", prices, "--json");

        Assert.That(cli.Json.GetProperty("estimates")[0].GetProperty("batched").GetProperty("transition_cost").GetDecimal(), Is.EqualTo(0.5004m));
    }

    [TestCase("""{"per_million_transitons": 100}""")]
    [TestCase("""{"per_million_calls": -1}""")]
    [TestCase("not JSON")]
    public async Task A_file_of_prices_that_is_wrong_ends_the_command(string text)
    {
        using var cli = new CliRun();
        string prices = cli.PathOf("prices.json");
        await File.WriteAllTextAsync(prices, text);

        Assert.That(await cli.RunAsync("backfill", "estimate", "--prices", prices), Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("prices.json"));
    }

    [TestCase("--objects", "many")]
    [TestCase("--concurrency", "0")]
    [TestCase("--items-per-batch", "1001")]
    public async Task A_number_that_is_out_of_range_is_refused(string option, string value)
    {
        using var cli = new CliRun();

        Assert.That(await cli.RunAsync("backfill", "estimate", option, value), Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain($"{option} is '{value}'"));
    }
}
