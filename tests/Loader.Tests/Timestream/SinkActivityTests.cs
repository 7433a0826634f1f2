using Loader.Application.Ports;
using Loader.Domain;
using Loader.LocalAws.Faults;

namespace Loader.Tests.Timestream;

/// <summary>What the sink tells about its requests while loads run.</summary>
public sealed class SinkActivityTests
{
    [Test]
    public async Task Before_the_first_load_there_are_no_requests()
    {
        await using LocalSink local = await LocalSink.StartAsync();

        Assert.That(local.Sink.Activity, Is.EqualTo(new SinkActivity(0, 0)));
    }

    [Test]
    public async Task Requests_are_counted_while_they_are_in_flight()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        var gate = new FaultGate();
        local.Server.Faults.On("timestream:WriteRecords").Always().Hold(gate);
        Task<WriteOutcome> writing = WriteAsync(local);
        await gate.Reached;

        SinkActivity? during = local.Sink.Activity;
        gate.Open();
        await writing;

        Assert.That((during, local.Sink.Activity), Is.EqualTo((new SinkActivity(1, 0), new SinkActivity(0, 0))));
    }

    [Test]
    public async Task Throttled_requests_are_counted()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On("timestream:WriteRecords").Calls(1, 2).Throttle();

        WriteOutcome outcome = await WriteAsync(local);

        Assert.That((local.Sink.Activity, outcome.Effort.Throttles), Is.EqualTo((new SinkActivity(0, 2), 2L)));
    }

    private static async Task<WriteOutcome> WriteAsync(LocalSink local)
    {
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(10).Build();
        return await writer.WriteAsync(batch, CancellationToken.None);
    }
}
