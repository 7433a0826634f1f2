using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.LocalAws;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Timestream;

public sealed class TimestreamDiscoveryTests
{
    private const string DescribeEndpoints = "timestream:DescribeEndpoints";

    private static LocalAwsOptions Cells => new() { ExtraCells = 2, RequireDiscovery = true };

    [Test]
    public async Task Concurrent_loads_discover_the_endpoint_once()
    {
        await using LocalSink local = await LocalSink.StartAsync(server: Cells, discover: true);

        WriteOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Write(local, 200, i)));

        Assert.That((outcomes.Sum(o => o.Written), local.Server.Requests.Count(DescribeEndpoints)), Is.EqualTo((1_600, 1L)));
    }

    [Test]
    public async Task A_moved_cell_is_discovered_again_and_does_not_count_as_a_retry()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxRetries = 0, Cells, discover: true);
        local.Server.Faults.On("timestream:WriteRecords").Calls(2).MovedCell(local.Server.Timestream, local.Server.Cells[1]);

        WriteOutcome outcome = await Write(local, 1_000);

        Assert.That((outcome.Written, outcome.Effort.Retries, local.Server.Requests.Count(DescribeEndpoints)), Is.EqualTo((1_000, 0, 2L)));
    }

    [Test]
    public async Task After_the_cache_period_the_endpoint_is_discovered_again()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon));
        await using LocalSink local = await LocalSink.StartAsync(server: Cells, time: time, discover: true);
        local.Server.Timestream.CachePeriodInMinutes = 10;
        await Write(local, 10);

        time.Advance(TimeSpan.FromMinutes(9));
        await Write(local, 10);
        long within = local.Server.Requests.Count(DescribeEndpoints);
        time.Advance(TimeSpan.FromMinutes(2));
        await Write(local, 10);

        Assert.That((within, local.Server.Requests.Count(DescribeEndpoints)), Is.EqualTo((1L, 2L)));
    }

    [Test]
    public async Task The_old_endpoint_is_used_while_discovery_fails()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon));
        await using LocalSink local = await LocalSink.StartAsync(server: Cells, time: time, discover: true);
        local.Server.Timestream.CachePeriodInMinutes = 10;
        await Write(local, 10);
        local.Server.Faults.On(DescribeEndpoints).Always().InternalError();

        time.Advance(TimeSpan.FromMinutes(11));
        WriteOutcome outcome = await Write(local, 10);

        Assert.That((outcome.Written, local.Server.Requests.Count(DescribeEndpoints)), Is.EqualTo((10, 2L)));
    }

    [Test]
    public async Task A_failed_first_discovery_is_retried()
    {
        await using LocalSink local = await LocalSink.StartAsync(server: Cells, discover: true);
        local.Server.Faults.On(DescribeEndpoints).Next(2).HtmlError();

        WriteOutcome outcome = await Write(local, 10);

        Assert.That(outcome.Written, Is.EqualTo(10));
    }

    [Test]
    public async Task Denied_discovery_names_the_missing_permission()
    {
        await using LocalSink local = await LocalSink.StartAsync(server: Cells, discover: true);
        local.Server.Faults.On(DescribeEndpoints).Always().AccessDenied();
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(10).Build();

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That(outcome.Failure, Is.TypeOf<DestinationAccessDeniedException>().With.Message.Contains("timestream:DescribeEndpoints on '*'"));
    }

    [Test]
    public async Task An_endpoint_that_is_rejected_every_time_is_an_error()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxRetries = 1, Cells, discover: true);
        local.Server.Faults.On("timestream:WriteRecords").Always().InvalidEndpoint();

        WriteOutcome outcome = await Write(local, 10);

        Assert.That(outcome.Failure, Is.TypeOf<UnavailableException>());
    }

    [Test]
    public async Task An_endpoint_from_the_settings_is_not_discovered()
    {
        await using LocalSink local = await LocalSink.StartAsync();

        await Write(local, 10);

        Assert.That(local.Server.Requests.Count(DescribeEndpoints), Is.Zero);
    }

    private static async Task<WriteOutcome> Write(LocalSink local, int rows, int load = 0)
    {
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(rows, $"region {load}").Build();
        return await writer.WriteAsync(batch, CancellationToken.None);
    }
}
