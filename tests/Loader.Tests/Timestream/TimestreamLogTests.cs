using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Requests;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Timestream;
using Loader.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Timestream;

public sealed class TimestreamLogTests
{
    [Test]
    public void Many_retries_in_a_row_log_one_warning()
    {
        var time = new FakeTimeProvider();
        var logger = new LineLogger();
        var log = new RetryLog("Timestream", logger, time);

        for (int i = 0; i < 100; i++)
        {
            log.Retrying(ServiceError.NoAnswer("NoAnswer", "nobody there"), TimeSpan.FromSeconds(1));
        }

        time.Advance(TimeSpan.FromMinutes(1));
        log.Retrying(ServiceError.NoAnswer("NoAnswer", "nobody there"), TimeSpan.FromSeconds(1));

        Assert.That(logger.Warnings, Has.Count.EqualTo(2));
        Assert.That(logger.Warnings[1], Does.Contain("since the last warning: 100"));
    }

    [Test]
    public async Task A_table_without_a_location_for_rejected_data_logs_a_warning()
    {
        var logger = new LineLogger();
        await using LocalSink local = await LocalSink.StartAsync(logger: logger, table: new TableSettings { MagneticStoreWrites = true });

        await using IRecordWriter writer = await local.OpenAsync();

        Assert.That(logger.Warnings, Has.One.Contains("MagneticStoreRejectedDataLocation"));
    }

    [Test]
    public async Task A_table_with_a_location_for_rejected_data_logs_no_warning()
    {
        var logger = new LineLogger();
        await using LocalSink local = await LocalSink.StartAsync(
            logger: logger, table: new TableSettings { MagneticStoreWrites = true, RejectedDataBucket = "rejected" });

        await using IRecordWriter writer = await local.OpenAsync();

        Assert.That(logger.Warnings, Is.Empty);
    }

    [Test]
    public async Task Neither_logs_nor_failures_contain_credentials_or_headers()
    {
        var logger = new LineLogger();
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxRetries = 1, logger: logger);
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(10).Build();
        var texts = new List<string>();
        foreach (Action<FaultEffect> fault in new Action<FaultEffect>[]
        {
            f => f.InternalError(), f => f.HtmlError(), f => f.ResetBeforeStore(), f => f.AccessDenied(),
        })
        {
            local.Server.Faults.Clear();
            fault(local.Server.Faults.On("timestream:WriteRecords").Always());
            await using IRecordWriter each = await local.OpenAsync();
            WriteOutcome outcome = await each.WriteAsync(batch, CancellationToken.None);
            texts.Add(outcome.Failure!.ToString());
        }

        Assert.That(string.Concat(texts.Concat(logger.All)), Does.Not.Contain("AKIALOCALAWS").And.Not.Contain("local-secret").And.Not.Contain("AWS4-HMAC"));
    }
}
