using CsCheck;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Parquet;

/// <summary>Local times that occur twice because clocks were set back.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class AmbiguousTimeTests
{
    private const string Berlin = "Europe/Berlin";

    /// <summary>In Berlin, clocks were set back at this instant, from 03:00 to 02:00.</summary>
    private static readonly DateTimeOffset Change = new(2024, 10, 27, 1, 0, 0, TimeSpan.Zero);

    private static readonly LocalRows.Form[] Forms = [.. Enum.GetValues<LocalRows.Form>().Where(form => form != LocalRows.Form.Date)];

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    [Test]
    public async Task The_25_hours_of_the_day_are_25_instants(
        [ValueSource(nameof(Forms))] LocalRows.Form form, [Values] bool descends, [Values] bool usesDictionary)
    {
        LocalRows file = Day(Hour, "SE") with { Times = form, UsesDictionary = usesDictionary };

        await AssertExactAsync(descends ? file.Descending() : file);
    }

    [TestCase(Berlin, "2024-10-26T21:00:00Z")]
    [TestCase("Australia/Lord_Howe", "2024-04-06T10:00:00Z")]
    [TestCase("America/Sao_Paulo", "2018-02-17T20:00:00Z")]
    [TestCase("America/Havana", "2024-11-03T00:00:00Z")]
    [TestCase("Africa/Casablanca", "2024-03-09T22:00:00Z")]
    [TestCase("Europe/Moscow", "2014-10-25T15:00:00Z")]
    public async Task Series_of_a_quarter_hour_are_told_apart_in_every_zone(string zone, string firstUtc)
    {
        var file = LocalRows.Every(zone, firstUtc, 60, Quarter, "SE", "NE", "N");

        await AssertExactAsync(file);
        await AssertExactAsync(file.Descending());
    }

    [Test]
    public async Task Series_one_after_the_other_are_told_apart_like_interleaved_ones()
    {
        LocalRows interleaved = Day(Quarter, "SE", "NE");

        await AssertExactAsync(interleaved with { Rows = [.. interleaved.Rows.OrderBy(row => row.Series)] });
        await AssertExactAsync(interleaved with { Rows = [.. interleaved.Rows.Where(row => row.Series == "SE"), .. interleaved.Rows.Reverse().Where(row => row.Series == "NE")] });
    }

    [Test]
    public async Task An_ascending_pair_in_two_row_groups_is_told_apart(
        [Values(1, 2, 3, 5, 7, 11, 40)] int rowsPerGroup, [Values(LocalRows.Form.Milliseconds, LocalRows.Form.Int96, LocalRows.Form.Text)] LocalRows.Form form)
    {
        await AssertExactAsync(Day(Hour, "SE", "NE") with { RowsPerGroup = rowsPerGroup, Times = form });
        await AssertExactAsync(Day(Quarter, "SE") with { RowsPerGroup = rowsPerGroup, Times = form });
    }

    [TestCase(LocalRows.Form.Milliseconds, "2024-10-27T02:00:00")]
    [TestCase(LocalRows.Form.Nanoseconds, "2024-10-27T02:00:00")]
    [TestCase(LocalRows.Form.Int96, "2024-10-27T02:00:00")]
    [TestCase(LocalRows.Form.Text, "2024-10-27 02:00:00")]
    public async Task A_descending_pair_in_two_row_groups_is_invalid_and_kept_as_local_time(LocalRows.Form form, string kept)
    {
        LocalRows file = Day(Hour, "SE").Descending() with { Times = form };
        int later = file.Rows.ToList().FindIndex(row => row.Instant == Change);
        file = file with { RowsPerGroup = later + 1 };

        List<Row> rows = await ReadAsync(file);

        Assert.That(rows.Where(r => r.Verdict != RejectionReason.None).Select(r => r.RowInFile), Is.EqualTo(new[] { later, later + 1 }));
        Assert.That(rows.Where(r => r.OriginalTime is not null).Select(r => r.OriginalTime), Is.EqualTo(new[] { kept, kept }));
        Assert.That(rows[later].Verdict, Is.EqualTo(RejectionReason.AmbiguousLocalTime));
        Assert.That(rows[later + 1].Verdict, Is.EqualTo(RejectionReason.AmbiguousLocalTime));
        AssertNothingIsWrong(file, rows);
    }

    [Test]
    public async Task Only_the_cut_pairs_of_a_descending_series_are_invalid()
    {
        LocalRows file = Day(Quarter, "SE").Descending();
        int first = file.Rows.ToList().FindIndex(row => row.Instant == Change + (3 * Quarter));
        file = file with { RowsPerGroup = first + 3 };

        List<Row> rows = await ReadAsync(file);

        Assert.That(
            rows.Where(r => r.Verdict == RejectionReason.AmbiguousLocalTime).Select(r => r.RowInFile - first), Is.EqualTo(new[] { 0, 1, 2, 4, 5, 6 }));
        AssertNothingIsWrong(file, rows);
    }

    [Test]
    public async Task A_third_occurrence_is_invalid_and_never_a_duplicate([Values] bool descends, [Values] bool isInALaterRowGroup)
    {
        LocalRows day = Day(Hour, "SE");
        List<(string, DateTimeOffset)> rows = [.. descends ? day.Descending().Rows : day.Rows];
        int last = rows.FindLastIndex(row => day.LocalText(row.Item2).EndsWith("02:00:00", StringComparison.Ordinal));
        rows.Insert(last + 1, rows[last]);

        List<Row> read = await ReadAsync(day with { Rows = rows, RowsPerGroup = isInALaterRowGroup ? last + 1 : int.MaxValue });

        Assert.That(read.Where(r => r.Verdict == RejectionReason.AmbiguousLocalTime).Select(r => r.RowInFile), Is.EqualTo(new[] { last + 1 }));
        Assert.That(read.Where(r => r.Verdict == RejectionReason.None).Select(r => r.Nanoseconds).Distinct().Count(), Is.EqualTo(25));
    }

    [Test]
    public async Task A_single_ambiguous_time_is_the_earlier_instant_and_counted([Values] bool descends, [Values] bool later, [Values(1, 4, 1000)] int rowsPerGroup)
    {
        LocalRows file = Day(Hour, "SE", "NE").Where(instant => instant != (later ? Change - Hour : Change));
        file = (descends ? file.Descending() : file) with { RowsPerGroup = rowsPerGroup };

        (List<Row> rows, int ambiguous) = await ReadAndCountAsync(file);

        List<Row> twos = [.. rows.Where(r => file.LocalText(file.Rows[(int)r.RowInFile].Instant).EndsWith("02:00:00", StringComparison.Ordinal))];
        if (descends && rowsPerGroup == 1)
        {
            // The first series could have its second row in the next row group; the last row group with such times has no next.
            Assert.That(twos.Select(r => r.Verdict), Is.EqualTo(new[] { RejectionReason.AmbiguousLocalTime, RejectionReason.None }));
            Assert.That(ambiguous, Is.EqualTo(1));
            return;
        }

        Assert.That(twos.Select(r => r.Unit.ToInstant(r.Time)), Is.EqualTo(new[] { Change - Hour, Change - Hour }));
        Assert.That(ambiguous, Is.EqualTo(2));
    }

    /// <summary>In São Paulo, the hour that occurs twice was the last of the day, so that a descending day begins in it.</summary>
    [Test]
    public async Task A_series_that_begins_in_the_hour_and_may_descend_is_invalid_where_a_row_group_ends(
        [Values(1, 2)] int rowsPerSeries, [Values] bool hasStatistics, [Values] bool isInterleaved)
    {
        LocalRows day = LocalRows.Every("America/Sao_Paulo", "2018-02-17T20:00:00Z", 7, Hour, "N", "NE").Descending();
        LocalRows file = (isInterleaved ? day : day with { Rows = [.. day.Rows.OrderBy(row => row.Series)] }) with
        {
            RowsPerGroup = rowsPerSeries * (isInterleaved ? 2 : 1),
            HasStatistics = hasStatistics,
        };

        List<Row> rows = await ReadAsync(file);

        AssertNothingIsWrong(file, rows);
        Assert.That(rows[0].Verdict, Is.EqualTo(RejectionReason.AmbiguousLocalTime));
    }

    /// <summary>A day in UTC whose times are local begins in the hour in Berlin; in Havana, a local day does.</summary>
    [TestCase(Berlin, "2024-10-27T00:00:00Z")]
    [TestCase("America/Havana", "2024-11-03T04:00:00Z")]
    public async Task A_series_that_begins_in_the_hour_and_cannot_descend_is_told_apart(string zone, string firstUtc)
    {
        LocalRows day = LocalRows.Every(zone, firstUtc, 24, Hour, "N", "NE", "SE");

        foreach (int rowsPerGroup in new[] { 1, 2, 3, 4, 5, 6, 24 })
        {
            await AssertExactAsync(day with { RowsPerGroup = rowsPerGroup });
            await AssertExactAsync(day with { Rows = [.. day.Rows.OrderBy(row => row.Series)], RowsPerGroup = rowsPerGroup });
        }
    }

    /// <summary>In Havana, midnight occurs twice. Series of days have no other row near it.</summary>
    [Test]
    public async Task A_lone_time_of_a_series_of_days_is_the_earlier_instant([Values(3, 5, 30)] int rowsPerGroup)
    {
        LocalRows days = LocalRows.Every("America/Havana", "2024-10-20T04:00:00Z", 30, TimeSpan.FromDays(1), "N", "NE", "SE")
            .Where(instant => instant < new DateTimeOffset(2024, 11, 3, 5, 0, 0, TimeSpan.Zero));

        (List<Row> rows, int ambiguous) = await ReadAndCountAsync(days with { Rows = [.. days.Rows.OrderBy(row => row.Series)], RowsPerGroup = rowsPerGroup });

        Assert.That(rows.Select(r => r.Verdict), Is.All.EqualTo(RejectionReason.None));
        Assert.That(ambiguous, Is.EqualTo(3));
    }

    [Test]
    public async Task A_pair_is_not_counted([Values(1, 4, 1000)] int rowsPerGroup)
    {
        (_, int ambiguous) = await ReadAndCountAsync(Day(Hour, "SE", "NE") with { RowsPerGroup = rowsPerGroup });

        Assert.That(ambiguous, Is.Zero);
    }

    [TestCase(LocalRows.Form.Date)]
    [TestCase(LocalRows.Form.Instant)]
    public async Task Dates_and_instants_are_never_ambiguous(LocalRows.Form form)
    {
        // In Havana, midnight occurs twice.
        var file = LocalRows.Every("America/Havana", "2024-11-03T04:00:00Z", 2, TimeSpan.Zero, "SE") with { Times = form };

        (List<Row> rows, int ambiguous) = await ReadAndCountAsync(file);

        Assert.That(rows.Select(r => r.Unit.ToInstant(r.Time)), Is.All.EqualTo(file.Rows[0].Instant));
        Assert.That(ambiguous, Is.Zero);
    }

    [Test]
    public async Task A_date_as_text_is_the_start_of_its_day_even_if_midnight_occurs_twice()
    {
        using var folder = new Folder();
        string path = Write(folder, "CASE i WHEN 0 THEN '2024-11-03' WHEN 1 THEN '20241103' ELSE '2024-11-03T00:00' END", rows: 4);

        List<Row> rows = await Reading.RowsAsync(path, timeZone: "America/Havana");

        DateTimeOffset[] expected = [.. new[] { 4, 4, 4, 5 }.Select(hour => new DateTimeOffset(2024, 11, 3, hour, 0, 0, TimeSpan.Zero))];
        Assert.That(rows.Select(r => r.Unit.ToInstant(r.Time)), Is.EqualTo(expected));
    }

    [Test]
    public async Task Text_that_changes_the_unit_within_the_hour_stays_exact()
    {
        using var folder = new Folder();
        string path = Write(
            folder,
            "['2024-10-27T01:00', '2024-10-27T02:00', '2024-10-27T02:30:00.000000001', '2024-10-27T02:00:00.000', '2024-10-27 02:30:00.000000001', '2024-10-27T03:00'][i + 1]",
            rows: 6);

        List<Row> rows = await Reading.RowsAsync(path, timeZone: Berlin);

        long first = (Change - (2 * Hour)).ToUnixTimeSeconds();
        Assert.That(
            rows.Select(r => (long)(r.Nanoseconds - ((Int128)first * 1_000_000_000))),
            Is.EqualTo(new[] { 0, 3_600_000_000_000, 5_400_000_000_001, 7_200_000_000_000, 9_000_000_000_001, 10_800_000_000_000 }));
    }

    [Test]
    public async Task A_row_without_value_still_is_the_first_of_its_pair()
    {
        using var folder = new Folder();
        string path = folder.Write(
            "a.parquet",
            """
            SELECT TIMESTAMP '2024-10-27 00:00:00' + INTERVAL (CASE WHEN i < 3 THEN i ELSE i - 1 END) HOUR AS timestamp, CASE WHEN i = 2 THEN NULL ELSE i::DOUBLE END AS value,
                'SE' AS region, 'MW' AS unit, 'all' AS consumer_type, 'demand' AS measurement_type FROM range(5) t(i)
            """);

        List<Row> rows = await Reading.RowsAsync(path, timeZone: Berlin);

        Assert.That(rows[2].Unit.ToInstant(rows[2].Time), Is.EqualTo(Change - Hour));
        Assert.That(rows[3].Unit.ToInstant(rows[3].Time), Is.EqualTo(Change));
    }

    [Test]
    public async Task A_resumed_load_equals_a_load_from_the_beginning(
        [Values(1, 3, 8)] int rowsPerGroup,
        [Values(LocalRows.Form.Milliseconds, LocalRows.Form.Int96, LocalRows.Form.Text)] LocalRows.Form form,
        [Values] bool hasStatistics,
        [Values] bool descends)
    {
        LocalRows day = Day(Hour, "SE", "NE").Where(instant => instant != Change + Hour);
        LocalRows file = (descends ? day.Descending() : day) with { RowsPerGroup = rowsPerGroup, Times = form, HasStatistics = hasStatistics };
        using var folder = new Folder();
        string path = file.Write(folder.File("a.parquet"));
        List<Row> all = await Reading.RowsAsync(path, timeZone: Berlin);

        for (int rowGroup = 0; rowGroup <= all[^1].RowGroup; rowGroup++)
        {
            List<Row> resumed = await Reading.RowsAsync(path, timeZone: Berlin, fromRowGroup: rowGroup);

            Assert.That(resumed, Is.EqualTo(all.Where(r => r.RowGroup >= rowGroup)), $"from row group {rowGroup}");
        }
    }

    [Test]
    public async Task Earlier_row_groups_are_fetched_only_if_they_are_near_the_hour()
    {
        using var folder = new Folder();
        string path = (LocalRows.Every(Berlin, "2024-01-01T00:00:00Z", 8_784, Hour, "SE") with { RowsPerGroup = 24 }).Write(folder.File("a.parquet"));

        Task<long> summer = BytesAsync(path, 200);
        Task<long> afterwards = BytesAsync(path, 350);
        Task<long> within = BytesAsync(path, 300);

        Assert.That(await summer, Is.GreaterThan(await within));
        Assert.That(await within, Is.GreaterThan(await afterwards));
        Assert.That(await within - await BytesAsync(path, 301), Is.LessThan(3_000), "one row group more, and no earlier ones");
    }

    [Test]
    public void Generated_files_never_have_a_wrong_instant_and_resume_alike()
    {
        using var folder = new Folder();
        int number = 0;
        Gen.Select(Gen.Bool, Gen.Int[1, 30], Gen.Int[1, 3], Gen.Int[1, 4], Gen.Enum<LocalRows.Form>(), Gen.Bool, Gen.Int[0, 1_000_000]).Sample(
            (descends, rowsPerGroup, series, quarters, form, hasStatistics, seed) =>
            {
                var random = new Random(seed);
                HashSet<DateTimeOffset> gaps = [.. Enumerable.Range(-60, 120).Where(_ => random.Next(4) == 0).Select(i => Change + (i * quarters * Quarter))];
                LocalRows day = Day(quarters * Quarter, [.. Enumerable.Range(0, series).Select(i => $"S{i}")])
                    .Where(instant => !gaps.Contains(instant) || instant < Change - Hour || instant >= Change + Hour);
                LocalRows file = (descends ? day.Descending() : day) with
                {
                    RowsPerGroup = rowsPerGroup,
                    Times = form == LocalRows.Form.Date ? LocalRows.Form.Text : form,
                    HasStatistics = hasStatistics,
                };
                string path = file.Write(folder.File($"{Interlocked.Increment(ref number)}.parquet"));
                List<Row> rows = Reading.RowsAsync(path, timeZone: Berlin).GetAwaiter().GetResult();
                AssertAsExpected(file, rows, descends);
                int from = random.Next(rows[^1].RowGroup + 1);
                List<Row> resumed = Reading.RowsAsync(path, timeZone: Berlin, fromRowGroup: from).GetAwaiter().GetResult();
                Assert.That(resumed, Is.EqualTo(rows.Where(r => r.RowGroup >= from)));
            },
            iter: 300);
    }

    [Test]
    public async Task Kept_rows_stay_invalid_until_they_have_an_offset([Values(Berlin, "UTC", "Asia/Tokyo")] string zone)
    {
        using var folder = new Folder();
        string path = Kept(
            folder,
            ("2024-10-27T02:00:00", "AmbiguousLocalTime"), ("2024-10-27T02:00:00+01:00", "AmbiguousLocalTime"), ("2024-10-27 02:00:00 UTC", "AmbiguousLocalTime"),
            ("2024-03-31T02:30:00", "NonexistentLocalTime"), ("2024-03-31T02:30:00+01:00", "NonexistentLocalTime"), ("2024-05-01T02:00:00Z", "MissingValue"));

        List<Row> rows = await Reading.RowsAsync(path, timeZone: zone);

        Assert.That(
            rows.Select(r => r.Verdict),
            Is.EqualTo(new[]
            {
                RejectionReason.AmbiguousLocalTime, RejectionReason.None, RejectionReason.None, RejectionReason.NonexistentLocalTime, RejectionReason.None,
                RejectionReason.None,
            }));
        Assert.That(rows[0].OriginalTime, Is.EqualTo("2024-10-27T02:00:00"));
        Assert.That(rows[1].Unit.ToInstant(rows[1].Time), Is.EqualTo(Change));
    }

    [Test]
    public async Task Kept_rows_without_the_column_of_versions_stay_invalid_too()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"SELECT * EXCLUDE (_version) FROM '{Kept(folder, ("2024-10-27T02:00:00", "AmbiguousLocalTime"))}'");

        List<Row> rows = await Reading.RowsAsync(path, timeZone: Berlin);

        Assert.That(rows.Select(r => r.Verdict), Is.EqualTo(new[] { RejectionReason.AmbiguousLocalTime }));
    }

    [Test]
    public async Task Kept_rows_are_not_paired_with_each_other()
    {
        using var folder = new Folder();
        string path = Kept(folder, ("2024-10-27T02:00:00", "UnreadableTime"), ("2024-10-27T02:00:00", "UnreadableTime"), ("2024-10-27T03:00:00", "UnreadableTime"));

        List<Row> rows = await Reading.RowsAsync(path, timeZone: Berlin);

        Assert.That(rows.Select(r => r.Verdict), Is.EqualTo(new[] { RejectionReason.AmbiguousLocalTime, RejectionReason.AmbiguousLocalTime, RejectionReason.None }));
    }

    [Test]
    public async Task The_day_from_the_field_has_25_instants()
    {
        string path = Directory.GetFiles(FieldFolder.PathOrIgnore("clock-change"), "*.parquet", SearchOption.AllDirectories).Single();

        List<Row> rows = await Reading.RowsAsync(path, timeZone: Berlin);

        Assert.That(rows.Where(r => r.Verdict == RejectionReason.None).Select(r => r.Nanoseconds).Distinct().Count(), Is.EqualTo(25));
        Assert.That(rows.Sum(r => r.Value), Is.EqualTo(25_300));
    }

    [Test]
    public async Task Spellings_from_the_field_are_read_or_kept()
    {
        string folder = FieldFolder.PathOrIgnore("text-times");
        string path = Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories).Single();

        List<Row> rows = await Reading.RowsAsync(path, DatasetType.Generation);

        Assert.That(
            rows.Where(r => r.Verdict == RejectionReason.None).Select(r => r.RowInFile + 1), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 19, 21, 24 }));
        Assert.That(
            rows.Where(r => r.Verdict == RejectionReason.UnreadableTime).Select(r => r.OriginalTime),
            Is.SubsetOf(await File.ReadAllLinesAsync(Path.Combine(folder, "times.txt"))));
    }

    private static LocalRows Day(TimeSpan step, params string[] series) =>
        LocalRows.Every(Berlin, "2024-10-26T22:00:00Z", (int)(25 * Hour / step), step, series);

    private static async Task<List<Row>> ReadAsync(LocalRows file) => (await ReadAndCountAsync(file)).Rows;

    private static async Task<(List<Row> Rows, int Ambiguous)> ReadAndCountAsync(LocalRows file)
    {
        using var folder = new Folder();
        await using IParquetFile open = await Reading.OpenAsync(file.Write(folder.File("a.parquet")), timeZone: file.Zone);
        var rows = new List<Row>();
        int ambiguous = 0;
        await foreach (MeasurementBatch batch in open.ReadAsync(0, Reading.Version, CancellationToken.None))
        {
            using (batch)
            {
                rows.AddRange(Enumerable.Range(0, batch.Count).Select(i => Reading.RowOf(batch, i)));
                ambiguous += batch.AmbiguousTimes;
            }
        }

        return (rows, ambiguous);
    }

    private static async Task AssertExactAsync(LocalRows file)
    {
        List<Row> rows = await ReadAsync(file);

        Assert.That(rows.Select(r => r.Verdict), Is.All.EqualTo(RejectionReason.None));
        Assert.That(rows.Select(r => r.Unit.ToInstant(r.Time)), Is.EqualTo(file.Rows.Select(row => (DateTimeOffset?)row.Instant)));
    }

    private static void AssertNothingIsWrong(LocalRows file, List<Row> rows)
    {
        foreach (Row row in rows.Where(r => r.Verdict == RejectionReason.None))
        {
            Assert.That(row.Unit.ToInstant(row.Time), Is.EqualTo(file.Rows[(int)row.RowInFile].Instant), $"row {row.RowInFile}");
        }
    }

    /// <summary>A pair has its two instants, or is invalid if it descends; a single row has the earlier one, or is invalid if it descends.</summary>
    private static void AssertAsExpected(LocalRows file, List<Row> rows, bool descends)
    {
        foreach (Row row in rows)
        {
            (string series, DateTimeOffset instant) = file.Rows[(int)row.RowInFile];
            bool isAmbiguous = file.Times != LocalRows.Form.Instant && instant >= Change - Hour && instant < Change + Hour;
            DateTimeOffset other = instant < Change ? instant + Hour : instant - Hour;
            bool isPair = isAmbiguous && file.Rows.Contains((series, other));
            DateTimeOffset expected = isAmbiguous && !isPair && instant >= Change ? other : instant;
            if (!(descends && isAmbiguous && row.Verdict == RejectionReason.AmbiguousLocalTime))
            {
                Assert.That(row.Verdict, Is.EqualTo(RejectionReason.None), $"row {row.RowInFile} of {file}");
                Assert.That(row.Unit.ToInstant(row.Time), Is.EqualTo(expected), $"row {row.RowInFile} of {file}");
            }
        }
    }

    private static async Task<long> BytesAsync(string path, int fromRowGroup)
    {
        await using IParquetFile file = await Reading.OpenAsync(path, timeZone: Berlin);
        await foreach (MeasurementBatch batch in file.ReadAsync(fromRowGroup, Reading.Version, CancellationToken.None))
        {
            batch.Dispose();
        }

        return file.BytesRead;
    }

    private static string Kept(Folder folder, params (string Time, string Reason)[] rows) => folder.Write(
        "kept.parquet",
        $"SELECT t AS timestamp, 1.0::DOUBLE AS value, 'SE' AS region, 'MW' AS unit, 'all' AS consumer_type, 'demand' AS measurement_type, 5::BIGINT AS _version, r AS _reason FROM (VALUES {string.Join(", ", rows.Select(row => $"('{row.Time}', '{row.Reason}')"))}) v(t, r)");

    private static string Write(Folder folder, string time, int rows) => folder.Write(
        "a.parquet",
        $"SELECT {time} AS timestamp, 1.0::DOUBLE AS value, 'SE' AS region, 'MW' AS unit, 'all' AS consumer_type, 'demand' AS measurement_type FROM range({rows}) t(i)");
}
