using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Domain;

public sealed class MeasurementBatchTests
{
    [Test]
    public void A_row_can_be_read_as_a_value()
    {
        using MeasurementBatch batch = Some.Batch([(Some.Time, 1.5, Some.Key()), (Some.Time + 1, 2.5, Some.Key(region: "NE"))], versions: [7, 8]);

        EnergyMeasurement row = batch[1];

        Assert.That((row.Row, row.Time, row.Value, row.Series.Key.Region, row.Version), Is.EqualTo((1, Some.Time + 1, 2.5, "NE", 8L)));
    }

    [Test]
    public void Using_a_disposed_batch_throws()
    {
        MeasurementBatch batch = Some.GoodBatch();

        batch.Dispose();
        batch.Dispose();

        Assert.That(() => batch.Times.Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => batch.Verdicts.Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Disposing_a_builder_leaves_the_batch_that_it_built_intact()
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);
        var builder = new MeasurementBatchBuilder(catalog, 0, 0, 1, TimeUnit.Milliseconds, 1);
        builder.Times[0] = 5;
        using MeasurementBatch batch = builder.Build();

        builder.Dispose();

        Assert.That(batch.Times[0], Is.EqualTo(5));
        Assert.That(() => builder.Times.Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void An_instant_survives_conversion_to_every_unit_and_back()
    {
        DateTimeOffset instant = Some.Instant.AddMilliseconds(123);

        Assert.Multiple(() =>
        {
            foreach (TimeUnit unit in Enum.GetValues<TimeUnit>())
            {
                Assert.That(unit.ToInstant(unit.FromInstant(instant)), Is.EqualTo(instant));
                Assert.That(unit.ToInstant(unit.FromInstant(DateTimeOffset.UnixEpoch.AddMilliseconds(-1))), Is.EqualTo(DateTimeOffset.UnixEpoch.AddMilliseconds(-1)));
            }
        });
    }

    [Test]
    public void Instants_that_overflow_a_64_bit_count_are_clamped()
    {
        Assert.That(TimeUnit.Nanoseconds.FromInstant(new DateTimeOffset(3000, 1, 1, 0, 0, 0, TimeSpan.Zero)), Is.EqualTo(long.MaxValue));
        Assert.That(TimeUnit.Milliseconds.ToInstant(long.MaxValue), Is.Null);
    }

    [Test]
    public void Instants_cover_the_years_1_to_9999()
    {
        long first = TimeUnit.Milliseconds.FromInstant(DateTimeOffset.MinValue);
        long last = TimeUnit.Milliseconds.FromInstant(DateTimeOffset.MaxValue);

        Assert.That(TimeUnit.Milliseconds.ToInstant(first), Is.EqualTo(DateTimeOffset.MinValue));
        Assert.That(TimeUnit.Milliseconds.ToInstant(first - 1), Is.Null);
        Assert.That(TimeUnit.Milliseconds.ToInstant(last)!.Value.Year, Is.EqualTo(9999));
        Assert.That(TimeUnit.Milliseconds.ToInstant(last + 1), Is.Null);
    }
}
