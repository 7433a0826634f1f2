using Loader.Application.Results;
using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Domain;

/// <summary>What a person sees who prints a value of the library.</summary>
internal sealed class TextOfTypesTests
{
    [Test]
    public void A_series_prints_its_dimensions_and_its_unit()
    {
        using MeasurementBatch batch = Some.GoodBatch(1);

        Assert.That(
            batch.SeriesById[0].ToString(),
            Is.EqualTo("region=SE, dataset_type=generation, energy_source=hydro, measurement_type=power, quality_flag=good [MW]"));
    }

    [Test]
    public void A_measurement_prints_time_series_and_value()
    {
        using MeasurementBatch batch = Some.GoodBatch(2);

        Assert.That(batch[1].ToString(), Does.StartWith("row 1: 2024-01-01T01:00:00").And.Contain("region=SE").And.EndsWith("[MW] = 2.5"));
    }

    [Test]
    public void A_measurement_prints_what_it_lacks_and_why_it_is_not_stored()
    {
        using MeasurementBatch batch = Some.Batch([(MeasurementBatch.MissingTime, double.NaN, Some.Key(region: null))]);
        MeasurementRules.Validate(batch, DestinationLimits.None);

        Assert.That(batch[0].ToString(), Does.Contain("no time").And.Contain("no value").And.EndsWith($"({batch.Verdicts[0]})"));
    }

    [TestCase(long.MaxValue, TimeUnit.Milliseconds)]
    [TestCase(long.MinValue + 1, TimeUnit.Milliseconds)]
    [TestCase(long.MaxValue, TimeUnit.Nanoseconds)]
    [TestCase(long.MinValue + 1, TimeUnit.Microseconds)]
    public void A_time_of_any_size_can_be_printed(long time, TimeUnit unit)
    {
        using MeasurementBatch batch = Some.Batch([(time, 1, Some.Key())], unit: unit);

        Assert.That(() => batch[0].ToString(), Throws.Nothing);
    }

    [Test]
    public void Control_characters_of_a_file_do_not_reach_the_terminal()
    {
        using MeasurementBatch batch = Some.Batch([(Some.Time, 1, Some.Key(region: "S\u001bE"))]);

        Assert.That(batch[0].ToString(), Does.Not.Contain("\u001b"));
    }

    [Test]
    public void A_report_prints_its_ledger_and_its_reasons()
    {
        var report = new LoadReport
        {
            File = SourceFile.InS3("lake", "a.parquet"),
            Dataset = DatasetType.Generation,
            Ledger = new Ledger { Read = 3, Written = 2, Invalid = 1 },
            InvalidByReason = new Dictionary<RejectionReason, long> { [RejectionReason.MissingValue] = 1 },
            Elapsed = TimeSpan.FromMilliseconds(1_500),
        };

        Assert.That(
            report.ToString(),
            Does.StartWith("s3://lake/a.parquet (generation): succeeded in 1.5 s, 3 read, 2 written").And.EndsWith(", MissingValue: 1").And.Not.Contain("Dictionary"));
    }

    [Test]
    public void A_report_prints_its_failure_and_where_it_can_be_resumed()
    {
        var report = new LoadReport
        {
            File = SourceFile.OnDisk("a.parquet"),
            Status = LoadStatus.Incomplete,
            Resume = new ResumeToken(4, "etag", null, new ObjectVersion(1)),
            Failure = new UnavailableException("No answer."),
        };

        Assert.That(report.ToString(), Does.Contain("incomplete").And.Contain("resumed at row group 4").And.EndsWith("UnavailableException: No answer."));
    }

    [Test]
    public void Totals_print_the_loads_by_status()
    {
        var totals = new LoadTotals();
        totals.Add(LoadStatus.Succeeded, new LoadReport { File = SourceFile.OnDisk("a"), Ledger = new Ledger { Read = 2, Written = 2 } });
        totals.Add(LoadStatus.Failed, report: null);

        Assert.That(totals.ToString(), Does.StartWith("2 files, 1 succeeded, 1 failed: 2 read, 2 written"));
    }
}
