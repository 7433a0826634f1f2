using System.Globalization;
using CsCheck;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Storage;
using Loader.Tests.Timestream;

namespace Loader.Tests.InfluxDb.Faults;

/// <summary>Writing a batch leaves what a reader would find if its rows had been written one by one.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LinePropertyTests
{
    private const string Fingerprint = "0123456789abcdef";

    private static readonly Gen<(int Region, int Subject, int Quality, int Time, int Value, int Version)> Row =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 40], Gen.Int[-3, 1_000_000], Gen.Int[1, 3]);

    private static readonly Gen<((int Region, int Subject, int Quality, int Time, int Value, int Version)[] Rows, bool Versions, TimeUnit Unit, int BatchLines, bool Gzip)> Batch =
        Gen.Select(Row.Array[0, 400], Gen.Bool, Gen.Enum<TimeUnit>(), Gen.Int[1, 100], Gen.Bool);

    private static string Seed => Environment.GetEnvironmentVariable("LOADER_PROPERTY_SEED") is { Length: > 0 } seed ? seed : "0000timestream0";

    [Test]
    public async Task A_batch_stores_the_same_points_as_its_rows_written_one_by_one(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.All))] InfluxTarget target)
    {
        await using LocalInfluxServer server = await LocalInfluxServer.StartAsync(new LocalInfluxOptions { Engine = target.Engine, KeepRequests = false });
        int table = 0;

        await Batch.SampleAsync(
            async sample =>
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"table{Interlocked.Increment(ref table)}");
                using MeasurementBatch batch = Build(sample.Rows, sample.Versions, sample.Unit);
                using InfluxDbSink sink = Connect(server, target, name, sample.BatchLines, sample.Gzip);

                WriteOutcome outcome = await WriteAsync(sink, batch, Fingerprint);

                List<Stored> expected = [.. OneByOne(batch, name, target.Layout).Select(point => new Stored(point.Key, point.Value.Value, point.Value.Version))];
                Assert.That(Read(server, name, target.Layout), Is.EquivalentTo(expected));
                Assert.That(outcome.Written, Is.EqualTo(expected.Count));
                Assert.That(outcome.Written + outcome.Duplicate, Is.EqualTo(batch.Verdicts.Count(RejectionReason.None)));
                Assert.That(outcome.Effort.Requests, Is.EqualTo((expected.Count + sample.BatchLines - 1) / sample.BatchLines));
            },
            iter: 20,
            threads: 1,
            seed: Seed);
        Assert.That(server.Requests.Failures, Is.Empty);
    }

    /// <summary>
    /// Each batch is a load of its own; all share one limit of requests. With a version tag two of them may have one version: then the source
    /// with the greater fingerprint counts.
    /// </summary>
    [Test]
    public async Task Loads_side_by_side_leave_the_newest_version_of_every_record(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.WithVersions))] InfluxTarget target)
    {
        await using LocalInfluxServer server = await LocalInfluxServer.StartAsync(new LocalInfluxOptions { Engine = target.Engine, Seed = 9, KeepRequests = false });
        int table = 0;

        await Gen.Select(Row.Array[0, 60].Array[2, 16], Gen.Int[1, 40], Gen.Int[1, 3]).SampleAsync(
            async sample =>
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"beside{Interlocked.Increment(ref table)}");
                int sameVersion = target.Layout == InfluxDbLayout.Versions ? sample.Item3 : 1;
                MeasurementBatch[] batches = [.. sample.Item1.Select((rows, number) => Build(rows, versions: false, TimeUnit.Milliseconds, number / sameVersion))];
                string[] fingerprints = [.. batches.Select((_, number) => string.Create(CultureInfo.InvariantCulture, $"{(uint)(number + 1) * 2_654_435_761:x8}"))];
                using InfluxDbSink sink = Connect(server, target, name, sample.Item2, gzip: true);
                var outcomes = new WriteOutcome[batches.Length];

                await Parallel.ForAsync(0, batches.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
                    outcomes[number] = await WriteAsync(sink, batches[number], fingerprints[number]));

                Dictionary<string, (double Value, long Version, string Fingerprint)> expected = [];
                for (int number = 0; number < batches.Length; number++)
                {
                    foreach ((string identity, (double value, long version)) in OneByOne(batches[number], name, target.Layout))
                    {
                        if (!expected.TryGetValue(identity, out var existing)
                            || version > existing.Version || (version == existing.Version && string.CompareOrdinal(fingerprints[number], existing.Fingerprint) > 0))
                        {
                            expected[identity] = (value, version, fingerprints[number]);
                        }
                    }
                }

                Assert.That(
                    Read(server, name, target.Layout),
                    Is.EquivalentTo(expected.Select(pair => new Stored(pair.Key, pair.Value.Value, pair.Value.Version))));
                InfluxTable? stored = server.Bucket("energy").FindTable(name);
                Assert.That(stored?.ContradictoryPoints ?? 0, Is.Zero);
                Assert.That(
                    outcomes.Select(outcome => outcome.Written + outcome.Superseded + outcome.Duplicate),
                    Is.EqualTo(batches.Select(batch => batch.Verdicts.Count(RejectionReason.None))));
                Array.ForEach(batches, batch => batch.Dispose());
            },
            iter: 8,
            threads: 1,
            seed: Seed);
        Assert.That(server.Requests.Failures, Is.Empty);
    }

    private static InfluxDbSink Connect(LocalInfluxServer server, InfluxTarget target, string table, int batchLines, bool gzip) => LocalInflux.Connect(
        server,
        target.Layout,
        options =>
        {
            options.GenerationTableName = table;
            options.BatchLines = batchLines;
            options.MaxConcurrency = 3;
            options.Gzip = gzip;
        }).Sink;

    private static async Task<WriteOutcome> WriteAsync(InfluxDbSink sink, MeasurementBatch batch, string fingerprint)
    {
        await using IRecordWriter writer = await sink.OpenAsync(new RecordSource(DatasetType.Generation, fingerprint), CancellationToken.None);
        return await writer.WriteAsync(batch, CancellationToken.None);
    }

    private static MeasurementBatch Build((int Region, int Subject, int Quality, int Time, int Value, int Version)[] rows, bool versions, TimeUnit unit, int age = 0)
    {
        var some = new SomeBatch { HasVersions = versions, TimeUnit = unit, Version = SomeBatch.DefaultVersion + ((long)age << ObjectVersion.RowGroupBits) };
        long noon = SomeBatch.Noon * (unit.PerSecond() / 1_000);
        foreach ((int region, int subject, int quality, int time, int value, int version) in rows)
        {
            // Some texts need an escape, a few values are missing, some times need the finest precision.
            some.Row(
                $"r {region}", $"s=\\,{subject}", quality: quality == 0 ? null : $"q{quality}", time: noon + (time % 2 == 0 ? time * 1_000_000L : time),
                value: value < 0 ? double.NaN : value % 3 == 0 ? value : value / (value % 3 == 1 ? 1_000.0 : 7.0), version: version);
        }

        return some.Build();
    }

    private static List<Stored> Read(LocalInfluxServer server, string table, InfluxDbLayout layout)
    {
        if (server.Bucket("energy").FindTable(table) is not { } stored)
        {
            return [];
        }

        return [.. (layout == InfluxDbLayout.Versions ? stored.Newest() : stored.Points).Select(point => new Stored(
            point.IdentityWithoutVersion,
            point.Field("value")!.Value.Float,
            layout switch
            {
                InfluxDbLayout.Versions => long.Parse(point.Tag("version")!.AsSpan(0, 19), NumberStyles.None, CultureInfo.InvariantCulture),
                InfluxDbLayout.Overwrite => point.Field("version")!.Value.Integer,
                _ => 0,
            }))];
    }

    /// <summary>A higher version replaces the value. Of equal versions in one row group, the last row counts.</summary>
    private static Dictionary<string, (double Value, long Version)> OneByOne(MeasurementBatch batch, string table, InfluxDbLayout layout)
    {
        var newest = new Dictionary<string, (double Value, long Version)>(StringComparer.Ordinal);
        for (int row = 0; row < batch.Count; row++)
        {
            EnergyMeasurement measurement = batch[row];
            if (measurement.Verdict != RejectionReason.None)
            {
                continue;
            }

            IEnumerable<string> tags = measurement.Series.Dimensions.Where(d => d.Name != "dataset_type").OrderBy(d => d.Name, StringComparer.Ordinal)
                .Select(d => $"{d.Name}={d.Value}");
            long nanoseconds = measurement.Time * (1_000_000_000 / measurement.TimeUnit.PerSecond());
            string identity = string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', tags.Prepend(table))}|{nanoseconds}");
            if (!newest.TryGetValue(identity, out (double Value, long Version) existing) || measurement.Version >= existing.Version)
            {
                newest[identity] = (measurement.Value, measurement.Version);
            }
        }

        return layout == InfluxDbLayout.Plain ? newest.ToDictionary(point => point.Key, point => (point.Value.Value, 0L)) : newest;
    }

    private readonly record struct Stored(string Identity, double Value, long Version);
}
