using System.Globalization;
using CsCheck;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Timestream;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;

namespace Loader.Tests.Timestream;

/// <summary>Writing a batch stores the same records as writing its rows one by one.</summary>
public sealed class WritePropertyTests
{
    private static readonly Gen<(int Region, int Subject, int Quality, int Time, int Value, int Version)> Row =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 40], Gen.Int[-3, 1_000_000], Gen.Int[1, 3]);

    private static readonly Gen<((int Region, int Subject, int Quality, int Time, int Value, int Version)[] Rows, bool Versions, TimeUnit Unit, int BatchSize)> Batch =
        Gen.Select(Row.Array[0, 400], Gen.Bool, Gen.Enum<TimeUnit>(), Gen.Int[1, 100]);

    [Test]
    public async Task A_batch_stores_the_same_records_as_its_rows_written_one_by_one()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions { KeepRequests = false });
        int table = 0;

        await Batch.SampleAsync(
            async sample =>
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"table{Interlocked.Increment(ref table)}");
                TimestreamTable stored = server.Timestream.CreateTable(EnergyTables.Database, name, EnergyTables.Settings);
                using MeasurementBatch batch = Build(sample.Rows, sample.Versions, sample.Unit);

                WriteOutcome outcome = await Write(server, name, sample.BatchSize, batch);

                var expected = OneByOne(batch);
                Assert.That(stored.Records.Select(r => (r.Identity, r.DoubleValue, r.Version)), Is.EquivalentTo(expected));
                Assert.That(outcome.Written, Is.EqualTo(expected.Count));
                Assert.That(outcome.Written + outcome.Duplicate, Is.EqualTo(batch.Verdicts.Count(RejectionReason.None)));
                Assert.That(outcome.Effort.Requests, Is.EqualTo((expected.Count + sample.BatchSize - 1) / sample.BatchSize));
            },
            iter: 60,
            threads: 1,
            seed: Environment.GetEnvironmentVariable("LOADER_PROPERTY_SEED") is { Length: > 0 } seed ? seed : "0000timestream0");
        Assert.That(server.Requests.Failures, Is.Empty);
    }

    /// <summary>Each batch is a load of its own with a version of its own; all share one limit of requests.</summary>
    [Test]
    public async Task Loads_side_by_side_store_the_newest_version_of_every_record([Values(2, 8)] int loads)
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions { KeepRequests = false });
        int table = 0;

        await Gen.Select(Row.Array[0, 60].Array[2, 24], Gen.Int[1, 40]).SampleAsync(
            async sample =>
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"beside{loads}_{Interlocked.Increment(ref table)}");
                TimestreamTable stored = server.Timestream.CreateTable(EnergyTables.Database, name, EnergyTables.Settings);
                MeasurementBatch[] batches = [.. sample.Item1.Select((rows, number) => Build(rows, versions: false, TimeUnit.Milliseconds, number))];
                LocalSink local = LocalSink.Connect(server, o =>
                {
                    o.GenerationTableName = name;
                    o.MaxBatchSize = sample.Item2;
                    o.MaxConcurrency = 3;
                });
                using TimestreamSink sink = local.Sink;
                var outcomes = new WriteOutcome[batches.Length];

                await Parallel.ForAsync(0, batches.Length, new ParallelOptions { MaxDegreeOfParallelism = loads }, async (number, token) =>
                {
                    await using IRecordWriter writer = await local.OpenAsync();
                    outcomes[number] = await writer.WriteAsync(batches[number], token);
                });

                Dictionary<string, (double, long)> expected = [];
                foreach ((string identity, double value, long version) in batches.SelectMany(OneByOne))
                {
                    expected[identity] = (value, version);
                }

                Assert.That(
                    stored.Records.Select(r => (r.Identity, r.DoubleValue, r.Version)),
                    Is.EquivalentTo(expected.Select(pair => (pair.Key, pair.Value.Item1, pair.Value.Item2))));
                Assert.That(
                    outcomes.Select(outcome => outcome.Written + outcome.Superseded + outcome.Duplicate),
                    Is.EqualTo(batches.Select(batch => batch.Verdicts.Count(RejectionReason.None))));
                Array.ForEach(batches, batch => batch.Dispose());
            },
            iter: 10,
            threads: 1,
            seed: Environment.GetEnvironmentVariable("LOADER_PROPERTY_SEED") is { Length: > 0 } seed ? seed : "0000timestream0");
        Assert.That(server.Requests.Failures, Is.Empty);
    }

    private static async Task<WriteOutcome> Write(LocalAwsServer server, string table, int batchSize, MeasurementBatch batch)
    {
        LocalSink local = LocalSink.Connect(server, o =>
        {
            o.GenerationTableName = table;
            o.MaxBatchSize = batchSize;
            o.MaxConcurrency = 3;
        });
        await using IRecordWriter writer = await local.OpenAsync();
        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);
        local.Sink.Dispose();
        return outcome;
    }

    private static MeasurementBatch Build((int Region, int Subject, int Quality, int Time, int Value, int Version)[] rows, bool versions, TimeUnit unit, int age = 0)
    {
        var some = new SomeBatch { HasVersions = versions, TimeUnit = unit, Version = SomeBatch.DefaultVersion + age };
        long noon = SomeBatch.Noon * (unit.PerSecond() / 1_000);
        foreach ((int region, int subject, int quality, int time, int value, int version) in rows)
        {
            // A few values are missing, some times are finer than a millisecond, and the values have from none to many decimals.
            some.Row(
                $"r{region}", $"s{subject}", quality: quality == 0 ? null : $"q{quality}", time: noon + (time % 2 == 0 ? time * 1_000_000L : time),
                value: value < 0 ? double.NaN : value % 3 == 0 ? value : value / (value % 3 == 1 ? 1_000.0 : 7.0), version: version);
        }

        return some.Build();
    }

    /// <summary>The rule of the service: a higher version replaces the value. Of equal versions in one file, the last row counts.</summary>
    private static List<(string Identity, double Value, long Version)> OneByOne(MeasurementBatch batch)
    {
        var stored = new Dictionary<string, (double Value, long Version)>(StringComparer.Ordinal);
        for (int row = 0; row < batch.Count; row++)
        {
            EnergyMeasurement measurement = batch[row];
            if (measurement.Verdict != RejectionReason.None)
            {
                continue;
            }

            string dimensions = string.Join(',', measurement.Series.Dimensions.OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => $"{d.Name}={d.Value}"));
            long nanoseconds = measurement.Time * (1_000_000_000 / measurement.TimeUnit.PerSecond());
            string identity = string.Create(CultureInfo.InvariantCulture, $"{dimensions}|value|{nanoseconds}");
            if (!stored.TryGetValue(identity, out (double Value, long Version) existing) || measurement.Version >= existing.Version)
            {
                stored[identity] = (measurement.Value, measurement.Version);
            }
        }

        return [.. stored.Select(pair => (pair.Key, pair.Value.Value, pair.Value.Version))];
    }
}
