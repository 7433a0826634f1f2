using System.Text;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Timestream;

namespace Loader.Tests.Timestream;

public sealed class EstimatingSinkTests
{
    [Test]
    public async Task Every_record_counts_as_written_and_every_body_is_captured()
    {
        var bodies = new List<string>();
        var sink = new EstimatingSink(new TimestreamOptions { MaxBatchSize = 50 }, body => bodies.Add(Encoding.UTF8.GetString(body.Span)));
        await using IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None);
        using MeasurementBatch batch = new SomeBatch().Rows(120).Row(time: SomeBatch.Noon).Row(value: double.NaN).Build();

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Duplicate, outcome.Unsettled), Is.EqualTo((120, 1, 0)));
            Assert.That(bodies, Has.Count.EqualTo(3));
            Assert.That(outcome.Effort.Requests, Is.EqualTo(3));
            Assert.That(outcome.Effort.BytesSent, Is.EqualTo(bodies.Sum(b => b.Length)));
            Assert.That(outcome.Effort.WriteUnits, Is.EqualTo(3));
            Assert.That(outcome.Effort.WriteUnitsPlain, Is.EqualTo(6 + 6 + 3));
        });
    }

    [Test]
    public async Task Invalid_UTF_8_affects_only_its_own_rows()
    {
        var bodies = new List<string>();
        var sink = new EstimatingSink(new TimestreamOptions(), body => bodies.Add(Encoding.UTF8.GetString(body.Span)));
        await using IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None);
        using MeasurementBatch batch = new SomeBatch().Row(region: Series.InvalidText).Rows(3).Row(quality: Series.InvalidText).Build();

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That(outcome.Written, Is.EqualTo(3));
        Assert.That(bodies, Has.Count.EqualTo(1));
        Assert.That(batch.Verdicts.ToArray().Count(v => v == RejectionReason.InvalidText), Is.EqualTo(2));
    }

    [Test]
    public async Task Dimensions_have_the_services_limit_and_times_have_none()
    {
        await using IRecordWriter writer = await new EstimatingSink(new TimestreamOptions()).OpenAsync(DatasetType.Generation, CancellationToken.None);

        Assert.That(writer.Destination.Limits, Is.EqualTo(new DestinationLimits { MaxDimensionBytes = 2027 }));
    }

    [Test]
    public async Task A_cancelled_batch_is_unsettled()
    {
        await using IRecordWriter writer = await new EstimatingSink(new TimestreamOptions()).OpenAsync(DatasetType.Generation, CancellationToken.None);
        using MeasurementBatch batch = new SomeBatch().Rows(10).Build();

        WriteOutcome outcome = await writer.WriteAsync(batch, new CancellationToken(canceled: true));

        Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, 10)));
    }
}
