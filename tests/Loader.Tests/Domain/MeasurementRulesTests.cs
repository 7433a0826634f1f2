using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Domain;

public sealed class MeasurementRulesTests
{
    [Test]
    public void A_valid_row_has_no_rejection_reason()
    {
        using MeasurementBatch batch = Some.GoodBatch(2);

        int invalid = MeasurementRules.Validate(batch, DestinationLimits.None);

        Assert.That(invalid, Is.Zero);
        Assert.That(batch.Verdicts.ToArray(), Is.All.EqualTo(RejectionReason.None));
    }

    [TestCase(double.NaN, RejectionReason.MissingValue)]
    [TestCase(double.PositiveInfinity, RejectionReason.InfiniteValue)]
    [TestCase(double.NegativeInfinity, RejectionReason.InfiniteValue)]
    [TestCase(double.MaxValue, RejectionReason.None)]
    [TestCase(-0.0, RejectionReason.None)]
    public void A_value_must_be_finite(double value, RejectionReason expected)
    {
        Assert.That(VerdictOn((Some.Time, value, Some.Key())), Is.EqualTo(expected));
    }

    [Test]
    public void A_time_must_be_present()
    {
        Assert.That(VerdictOn((MeasurementBatch.MissingTime, 1, Some.Key())), Is.EqualTo(RejectionReason.MissingTime));
    }

    [TestCase(null, "hydro", "power", "MW", RejectionReason.MissingDimension)]
    [TestCase("", "hydro", "power", "MW", RejectionReason.MissingDimension)]
    [TestCase("SE", null, "power", "MW", RejectionReason.MissingDimension)]
    [TestCase("SE", "", "power", "MW", RejectionReason.MissingDimension)]
    [TestCase("SE", "hydro", null, "MW", RejectionReason.MissingDimension)]
    [TestCase("SE", "hydro", "", "MW", RejectionReason.MissingDimension)]
    [TestCase("SE", "hydro", "power", null, RejectionReason.MissingUnit)]
    [TestCase("SE", "hydro", "power", "", RejectionReason.MissingUnit)]
    public void Required_texts_must_be_present(string? region, string? subject, string? type, string? unit, RejectionReason expected)
    {
        Assert.That(VerdictOn((Some.Time, 1, new SeriesKey(region, subject, type, null, unit))), Is.EqualTo(expected));
    }

    [Test]
    public void Text_that_is_not_valid_utf8_is_invalid()
    {
        Assert.That(VerdictOn((Some.Time, 1, Some.Key(qualityFlag: Series.InvalidText))), Is.EqualTo(RejectionReason.InvalidText));
    }

    [Test]
    public void Dimensions_are_limited_by_bytes_and_not_by_characters()
    {
        SeriesKey key = Some.Key(region: new string('ã', 100), qualityFlag: null);
        int bytes = 6 + 200 + 12 + 10 + 13 + 5 + 16 + 5;

        Assert.That(VerdictOn((Some.Time, 1, key), new DestinationLimits { MaxDimensionBytes = bytes }), Is.EqualTo(RejectionReason.None));
        Assert.That(VerdictOn((Some.Time, 1, key), new DestinationLimits { MaxDimensionBytes = bytes - 1 }), Is.EqualTo(RejectionReason.DimensionsTooLong));
    }

    [TestCase(0, RejectionReason.None)]
    [TestCase(-1, RejectionReason.TimeTooOld)]
    [TestCase(1_000, RejectionReason.None)]
    [TestCase(1_001, RejectionReason.TimeInFuture)]
    public void A_time_must_be_within_the_limits_of_the_destination_both_inclusive(long offset, RejectionReason expected)
    {
        var limits = new DestinationLimits { Earliest = Some.Instant, Latest = Some.Instant.AddSeconds(1) };

        Assert.That(VerdictOn((Some.Time + offset, 1, Some.Key()), limits), Is.EqualTo(expected));
    }

    [TestCase(0)]
    [TestCase(1_000)]
    public void A_missing_value_at_the_earliest_or_latest_time_is_a_missing_value(long offset)
    {
        var limits = new DestinationLimits { Earliest = Some.Instant, Latest = Some.Instant.AddSeconds(1) };

        Assert.That(VerdictOn((Some.Time + offset, double.NaN, Some.Key()), limits), Is.EqualTo(RejectionReason.MissingValue));
    }

    [Test]
    public void A_batch_and_limits_are_required()
    {
        using MeasurementBatch batch = Some.GoodBatch();

        Assert.That(() => MeasurementRules.Validate(null!, DestinationLimits.None), Throws.ArgumentNullException);
        Assert.That(() => MeasurementRules.Validate(batch, null!), Throws.ArgumentNullException);
    }

    [Test]
    public void A_limit_between_two_counts_of_the_unit_excludes_the_lower_one()
    {
        var limits = new DestinationLimits { Earliest = Some.Instant.AddTicks(1) };

        Assert.That(VerdictOn((Some.Time, 1, Some.Key()), limits), Is.EqualTo(RejectionReason.TimeTooOld));
        Assert.That(VerdictOn((Some.Time + 1, 1, Some.Key()), limits), Is.EqualTo(RejectionReason.None));
    }

    [Test]
    public void A_verdict_of_the_reader_is_kept_and_counted()
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);
        using var builder = new MeasurementBatchBuilder(catalog, 0, 0, 1, TimeUnit.Milliseconds, 1);
        builder.Times[0] = MeasurementBatch.MissingTime;
        builder.Values[0] = 1;
        builder.SeriesIds[0] = catalog.Intern(Some.Key());
        builder.Verdicts[0] = RejectionReason.NonexistentLocalTime;
        using MeasurementBatch batch = builder.Build();

        int invalid = MeasurementRules.Validate(batch, DestinationLimits.None);

        Assert.That(invalid, Is.EqualTo(1));
        Assert.That(batch.Verdicts[0], Is.EqualTo(RejectionReason.NonexistentLocalTime));
    }

    private static RejectionReason VerdictOn((long Time, double Value, SeriesKey Key) row, DestinationLimits? limits = null)
    {
        using MeasurementBatch batch = Some.Batch([row]);
        int invalid = MeasurementRules.Validate(batch, limits ?? DestinationLimits.None);
        Assert.That(invalid, Is.EqualTo(batch.Verdicts[0] == RejectionReason.None ? 0 : 1));
        return batch.Verdicts[0];
    }
}
