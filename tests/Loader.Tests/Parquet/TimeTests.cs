using System.Globalization;
using Loader.Domain;
using ParquetSharp;
using TimeUnit = Loader.Domain.TimeUnit;

namespace Loader.Tests.Parquet;

[Parallelizable(ParallelScope.All)]
public sealed class TimeTests
{
    [Test]
    public async Task A_local_time_that_does_not_exist_is_rejected_and_its_text_kept()
    {
        using var folder = new Folder();
        string path = Write(folder, "TIMESTAMP '2018-11-04 00:30:00'");

        Row row = (await Reading.RowsAsync(path, timeZone: "America/Sao_Paulo")).Single();

        Assert.That(row.Verdict, Is.EqualTo(RejectionReason.NonexistentLocalTime));
        Assert.That(row.Time, Is.EqualTo(MeasurementBatch.MissingTime));
        Assert.That(row.OriginalTime, Is.EqualTo("2018-11-04T00:30:00"));
    }

    [TestCase("TIMESTAMP '2018-02-17 23:30:00.123456'", "2018-02-18T01:30:00.123456Z")]
    [TestCase("'2018-02-17T23:30:00.123456'", "2018-02-18T01:30:00.123456Z")]
    [TestCase("'2018-02-17T23:30:00.123456-03:00'", "2018-02-18T02:30:00.123456Z")]
    [TestCase("(TIMESTAMP '2018-02-17 23:30:00') AT TIME ZONE 'UTC'", "2018-02-17T23:30:00Z")]
    [TestCase("DATE '2018-02-17'", "2018-02-17T02:00:00Z")]
    public async Task Times_without_an_offset_are_in_the_zone_of_the_source(string time, string expected)
    {
        using var folder = new Folder();
        string path = Write(folder, time);

        Row row = (await Reading.RowsAsync(path, timeZone: "America/Sao_Paulo")).Single();

        Assert.That(row.Verdict, Is.EqualTo(RejectionReason.None));
        Assert.That(row.Unit.ToInstant(row.Time), Is.EqualTo(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture)));
    }

    [Test]
    public async Task Text_takes_the_coarsest_unit_that_holds_all_times_of_a_row_group()
    {
        using var folder = new Folder();
        string path = Write(folder, "CASE i WHEN 0 THEN '2024-01-01' WHEN 1 THEN NULL WHEN 2 THEN '2024-01-01T00:00:00.000001Z' ELSE '1969-12-31T23:59:59.999Z' END", rows: 4);

        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(rows.Select(r => r.Unit), Is.All.EqualTo(TimeUnit.Microseconds));
        Assert.That(rows.Select(r => r.Time), Is.EqualTo(new[] { 1_704_067_200_000_000, MeasurementBatch.MissingTime, 1_704_067_200_000_001, -1_000 }));
        Assert.That(rows.Select(r => r.Verdict), Is.All.EqualTo(RejectionReason.None));
    }

    [Test]
    public async Task Text_that_is_not_a_time_is_rejected_and_kept()
    {
        using var folder = new Folder();
        string path = Write(folder, "CASE i WHEN 0 THEN 'yesterday' WHEN 1 THEN '2024-01-01T00:00:00.123456789Z' ELSE '3000-01-01T00:00:00Z' END", rows: 3);

        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(rows.Select(r => r.Verdict), Is.EqualTo(new[] { RejectionReason.UnreadableTime, RejectionReason.None, RejectionReason.TimeOutOfRange }));
        Assert.That(rows.Select(r => r.OriginalTime), Is.EqualTo(new[] { "yesterday", null, "3000-01-01T00:00:00Z" }));
    }

    [Test]
    public async Task A_time_that_overflows_the_finer_unit_is_out_of_range_in_any_order()
    {
        using var folder = new Folder();
        string path = Write(folder, "CASE i WHEN 0 THEN '3000-01-01T00:00:00Z' ELSE '2024-01-01T00:00:00.123456789Z' END", rows: 2);

        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(rows.Select(r => r.Verdict), Is.EqualTo(new[] { RejectionReason.TimeOutOfRange, RejectionReason.None }));
        Assert.That(rows[0].OriginalTime, Is.EqualTo("3000-01-01T00:00:00Z"));
    }

    [Test]
    public async Task Counts_at_the_ends_of_the_range_are_kept_or_rejected_and_never_changed()
    {
        using var folder = new Folder();
        long?[] counts = [long.MaxValue, long.MinValue + 1, long.MinValue, null, 0, -1];
        string path = ArrowRows(folder, ArrowColumn.Of<long>(
            "timestamp", PhysicalType.Int64, LogicalType.Timestamp(isAdjustedToUtc: true, ParquetSharp.TimeUnit.Nanos), counts, isRequired: false));

        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(rows.Select(r => r.Time), Is.EqualTo(new[] { long.MaxValue, long.MinValue + 1, MeasurementBatch.MissingTime, MeasurementBatch.MissingTime, 0, -1 }));
        Assert.That(rows[2].Verdict, Is.EqualTo(RejectionReason.TimeOutOfRange));
        Assert.That(rows[2].OriginalTime, Is.EqualTo("1677-09-21T00:12:43.145224192Z"));
        Assert.That(rows[3].Verdict, Is.EqualTo(RejectionReason.None), "null is judged by the rules");
        Assert.That(rows[3].OriginalTime, Is.Null);
    }

    [Test]
    public async Task A_local_count_that_overflows_in_UTC_is_out_of_range()
    {
        using var folder = new Folder();
        string path = ArrowRows(folder, ArrowColumn.Of<long>(
            "timestamp", PhysicalType.Int64, LogicalType.Timestamp(isAdjustedToUtc: false, ParquetSharp.TimeUnit.Nanos), [long.MaxValue, 0, 0, 0, 0, 0], isRequired: true));

        List<Row> rows = await Reading.RowsAsync(path, timeZone: "America/New_York");

        Assert.That(rows[0].Verdict, Is.EqualTo(RejectionReason.TimeOutOfRange));
        Assert.That(rows[1].Nanoseconds, Is.EqualTo((Int128)18_000 * 1_000_000_000));
    }

    [Test]
    public async Task An_INT96_keeps_its_nanoseconds_or_is_out_of_range()
    {
        using var folder = new Folder();
        Int96?[] times = [Of(2_440_588, 1), Of(2_440_587, 86_399_999_999_999), Of(2_440_588 + 3_652_059, 0), null, Of(-1, 0), Of(2_440_588, -1)];
        string path = ArrowRows(folder, ArrowColumn.Of("timestamp", PhysicalType.Int96, LogicalType.None(), times, isRequired: false));

        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(rows.Select(r => r.Time), Is.EqualTo(new[] { 1, -1, MeasurementBatch.MissingTime, MeasurementBatch.MissingTime, MeasurementBatch.MissingTime, -1 }));
        Assert.That(rows[2].Verdict, Is.EqualTo(RejectionReason.TimeOutOfRange));
        Assert.That(rows[2].OriginalTime, Is.EqualTo("+011968-12-31T00:00:00"));
        Assert.That(rows[4].OriginalTime, Is.EqualTo("-004713-11-23T00:00:00"));

        static Int96 Of(int day, long nanoseconds) => new(unchecked((int)nanoseconds), (int)(nanoseconds >> 32), day);
    }

    private static string Write(Folder folder, string time, int rows = 1) => folder.Write(
        "a.parquet",
        $"SELECT {time} AS timestamp, 1.0::DOUBLE AS value, 'SE' AS region, 'MW' AS unit, 'all' AS consumer_type, 'demand' AS measurement_type FROM range({rows}) t(i)");

    private static string ArrowRows(Folder folder, ArrowColumn time) => new ArrowFile(
        [
            time,
            ArrowColumn.Of<double>("value", PhysicalType.Double, LogicalType.None(), [1, 2, 3, 4, 5, 6], isRequired: true),
            .. new[] { "region", "unit", "consumer_type", "measurement_type" }.Select(n => ArrowColumn.OfText(n, [.. Enumerable.Repeat("x", 6)], isRequired: true)),
        ],
        6).Write(folder.File("a.parquet"));
}
