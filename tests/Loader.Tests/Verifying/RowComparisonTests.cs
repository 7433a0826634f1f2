using System.Runtime.CompilerServices;
using CsCheck;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb.Comparing;
using Loader.Tests.DuckDb;

namespace Loader.Tests.Verifying;

/// <summary>Random files and stores, compared in slices of every size, against a plain model.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class RowComparisonTests
{
    private static readonly string[] Regions = ["SE", "NE", "S"];

    private static readonly Gen<MeasurementRow> Row = Gen.Select(
        Gen.Long[0, 5], Gen.Int[0, 2], Gen.Int[0, 2], (time, value, region) => new MeasurementRow(time, value, Regions[region]));

    private static readonly Gen<Held> Record = Gen.Select(
        Gen.Int[0, 2], Gen.Long[0, 5], Gen.Int[0, 2], Gen.Int[1, 4], Gen.Bool, Gen.UInt[6, 8],
        (region, time, value, version, otherUnit, source) => new Held(Regions[region], time, value, version, otherUnit, source));

    private static readonly Gen<Given> Case = Gen.Select(
        Row.Array[0, 20], Row.Array[0, 20], Record.Array[0, 30], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Long[1, 9], Gen.Int[1, 3],
        (first, second, records, ownVersions, hasVersions, keepsOlder, maxRows, maxSeries) => new Given(
            [first, second], records, ownVersions, hasVersions, hasVersions && keepsOlder, maxRows, maxSeries));

    [Test]
    public void The_counts_of_all_slices_are_those_of_a_plain_model()
    {
        using var database = new ComparisonDatabase();

        Case.Sample(
            given =>
            {
                (ComparisonCounts counts, _) = CompareAsync(database, given).GetAwaiter().GetResult();

                Assert.That(counts, Is.EqualTo(Model(given)));
            },
            iter: 100,
            threads: 1);
    }

    [Test]
    public void Slices_tile_the_series_and_the_range_of_the_file()
    {
        using var database = new ComparisonDatabase();

        Case.Where(given => given.RowGroups.Any(rows => rows.Length > 0)).Sample(
            given =>
            {
                (_, IReadOnlyList<SliceBounds> slices) = CompareAsync(database, given).GetAwaiter().GetResult();

                long[] times = [.. given.RowGroups.SelectMany(rows => rows).Select(row => row.Time * 1_000_000)];
                foreach (IGrouping<int, SliceBounds> series in slices.GroupBy(slice => slice.FirstSeries))
                {
                    SliceBounds[] ordered = [.. series.OrderBy(slice => slice.From)];
                    Assert.That((ordered[0].From, ordered[^1].To), Is.EqualTo((times.Min(), times.Max())));
                    Assert.That(ordered.Skip(1).Select(slice => slice.From), Is.EqualTo(ordered.SkipLast(1).Select(slice => slice.To + 1)));
                }

                Assert.That(slices.Sum(slice => slice.Rows), Is.EqualTo(times.Length));
            },
            iter: 40,
            threads: 1);
    }

    [Test]
    public void A_slice_has_more_rows_than_allowed_only_at_one_time()
    {
        using var database = new ComparisonDatabase();

        Case.Sample(
            given =>
            {
                (_, IReadOnlyList<SliceBounds> slices) = CompareAsync(database, given).GetAwaiter().GetResult();

                MeasurementRow[] rows = [.. given.RowGroups.SelectMany(group => group)];
                string[] regions = [.. rows.Select(row => row.Region).Distinct()];
                Assert.That(slices.Where(slice => slice.Rows > given.MaxRows && TimesIn(slice) > 1), Is.Empty);

                int TimesIn(SliceBounds slice) => rows
                    .Where(row => Array.IndexOf(regions, row.Region) is var series && series >= slice.FirstSeries && series <= slice.LastSeries)
                    .Select(row => row.Time * 1_000_000).Where(time => time >= slice.From && time <= slice.To).Distinct().Count();
            },
            iter: 40,
            threads: 1);
    }

    [Test]
    public async Task The_temporary_database_is_deleted()
    {
        string[] before = Directory.GetDirectories(Path.GetTempPath(), "loader-verify-*");
        var database = new ComparisonDatabase();
        string[] own = [.. Directory.GetDirectories(Path.GetTempPath(), "loader-verify-*").Except(before)];
        await CompareAsync(database, new Given([[new MeasurementRow(1, 1)]], [], false, false, false, 9, 9));

        database.Dispose();

        Assert.That(own.Where(Directory.Exists).Intersect(own.Take(1)), Is.Empty);
    }

    [Test]
    public void A_cancelled_comparison_throws()
    {
        using var database = new ComparisonDatabase();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.That(() => new FileRows(database, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task<(ComparisonCounts Counts, IReadOnlyList<SliceBounds> Slices)> CompareAsync(ComparisonDatabase database, Given given)
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);
        using var rows = new FileRows(database, default);
        for (int rowGroup = 0; rowGroup < given.RowGroups.Length; rowGroup++)
        {
            using MeasurementBatch batch = MakeBatch(catalog, given, rowGroup);
            rows.Add(batch, default);
        }

        rows.Complete(default);
        var table = new StoredTable("table", DestinationLimits.None)
        {
            HasVersions = given.HasVersions,
            KeepsOlderVersions = given.KeepsOlder,
        };
        IReadOnlyList<SliceBounds> slices = rows.Divide(given.MaxRows, given.MaxSeries, default);
        var comparison = new RowComparison(database);
        ComparisonCounts sum = default;
        foreach (SliceBounds slice in slices)
        {
            SliceComparison compared = await comparison.CompareAsync(
                slice, ReadAsync(catalog, given, slice), table, maxExamples: 2, default);
            sum = compared.Series.Aggregate(sum, (total, series) => total + series.Counts);
        }

        return (sum, slices);
    }

    private static MeasurementBatch MakeBatch(SeriesCatalog catalog, Given given, int rowGroup)
    {
        MeasurementRow[] rows = given.RowGroups[rowGroup];
        int[] ids = [.. rows.Select(row => catalog.Intern(row.Key))];
        using var builder = new MeasurementBatchBuilder(
            catalog, rowGroup, firstRow: 0, rows.Length, TimeUnit.Milliseconds, new ObjectVersion(1).ForRowGroup(rowGroup));
        for (int row = 0; row < rows.Length; row++)
        {
            builder.Times[row] = rows[row].Time;
            builder.Values[row] = rows[row].Value;
            builder.SeriesIds[row] = ids[row];
            if (given.OwnVersions)
            {
                builder.Versions[row] = given.VersionOf(rowGroup, row);
            }
        }

        return builder.Build();
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<FoundRecord>> ReadAsync(
        SeriesCatalog catalog, Given given, SliceBounds slice, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (Held held in given.Distinct)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Series? series = catalog.Snapshot.ToArray().SingleOrDefault(series => series.Key.Region == held.Region);
            long time = held.Time * 1_000_000;
            if (series is null || series.Id < slice.FirstSeries || series.Id > slice.LastSeries || time < slice.From || time > slice.To)
            {
                continue;
            }

            yield return new[]
            {
                new FoundRecord(series.Id, time, held.Value)
                {
                    Version = given.HasVersions ? held.RecordVersion : 0,
                    Fingerprint = given.KeepsOlder ? held.Source : null,
                    HasOtherUnit = held.OtherUnit,
                },
            };
            await Task.Yield();
        }
    }

    /// <summary>Compares by looking at one series and time after another.</summary>
    private static ComparisonCounts Model(Given given)
    {
        var rows = given.RowGroups.SelectMany((group, rowGroup) => group.Select((row, index) =>
            (Row: row, Version: given.VersionOf(rowGroup, index), RowGroup: rowGroup, Index: index))).ToArray();
        if (rows.Length == 0)
        {
            return default;
        }

        (long first, long last) = (rows.Min(row => row.Row.Time), rows.Max(row => row.Row.Time));
        ComparisonCounts counts = default;
        foreach (string region in rows.Select(row => row.Row.Region).Distinct())
        {
            for (long time = first; time <= last; time++)
            {
                var own = rows.Where(row => row.Row.Region == region && row.Row.Time == time)
                    .OrderBy(row => row.Version).ThenBy(row => row.RowGroup).ThenBy(row => row.Index).ToArray();
                Held[] held = [.. given.Distinct.Where(one => one.Region == region && one.Time == time)
                    .OrderBy(one => given.HasVersions ? one.RecordVersion : 0).ThenBy(one => one.Source)];
                if (own.Length + held.Length > 0)
                {
                    counts += Classify(given, own.Length, own.LastOrDefault().Row, own.LastOrDefault().Version, held);
                }
            }
        }

        return counts;
    }

    private static ComparisonCounts Classify(Given given, int rows, MeasurementRow? row, long version, Held[] held)
    {
        var counts = new ComparisonCounts(0, 0, 0, 0, given.KeepsOlder ? 0 : Math.Max(held.Length - 1, 0))
        {
            Duplicates = Math.Max(rows - 1, 0),
            TwoSources = given.KeepsOlder && held.GroupBy(one => one.RecordVersion).Any(same => same.Count() > 1) ? 1 : 0,
        };
        if (held.Length == 0)
        {
            return counts with { Missing = 1 };
        }

        Held stored = held[^1];
        if (row is null)
        {
            return counts with { Foreign = counts.Foreign + 1 };
        }

        if (given.HasVersions && stored.RecordVersion > version)
        {
            return counts with { Superseded = 1 };
        }

        return stored.Value.Equals(row.Value) && !stored.OtherUnit
            ? counts with { Stored = 1, StoredByOlderVersion = given.HasVersions && stored.RecordVersion < version ? 1 : 0 }
            : counts with { Different = 1 };
    }

    /// <summary>A record of the store.</summary>
    private sealed record Held(string Region, long Time, double Value, int Version, bool OtherUnit, uint Source)
    {
        /// <summary>Gets the version: of an older, the same or a newer object, in one of two row groups.</summary>
        public long RecordVersion => new ObjectVersion(Version / 2 + 1).ForRowGroup(Version % 2);
    }

    private sealed record Given(
        MeasurementRow[][] RowGroups, Held[] Records, bool OwnVersions, bool HasVersions, bool KeepsOlder, long MaxRows, int MaxSeries)
    {
        /// <summary>Gets the records that a store can hold: one for each series and time, or one for each version and source of it.</summary>
        public IEnumerable<Held> Distinct => KeepsOlder
            ? Records.DistinctBy(one => (one.Region, one.Time, one.RecordVersion, one.Source))
            : Records.DistinctBy(one => (one.Region, one.Time));

        public long VersionOf(int rowGroup, int row) =>
            new ObjectVersion(OwnVersions ? 1 + (row % 2) : 1).ForRowGroup(OwnVersions ? row % 3 : rowGroup);
    }
}
