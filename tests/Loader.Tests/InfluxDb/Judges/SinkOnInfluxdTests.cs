using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Tests.Support;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>The promises of the layouts against a real storage engine.</summary>
[TestFixture]
internal sealed class SinkOnInfluxdTests
{
    private const int Objects = 8;
    private const int RowsPerObject = 400;

    private InfluxdAsEngine2 _judge = null!;
    private string _bucket = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _judge = await InfluxdAsEngine2.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        // The set-up ends early where influxd is not installed.
        if (_judge is not null)
        {
            await _judge.DisposeAsync();
        }
    }

    [SetUp]
    public async Task CreateBucketAsync()
    {
        _bucket = TestContext.CurrentContext.Test.ID.Replace('-', '_');
        _judge.Faults.Clear();
        await _judge.CreateBucketAsync(_bucket);
    }

    [TearDown]
    public void Nothing_unexpected_happened() => Assert.That(_judge.Requests.Failures, Is.Empty);

    [Test]
    public async Task Under_versions_a_reader_of_the_highest_version_sees_the_newest_object_in_any_order([Range(1, 4)] int seed, [Values] bool faults)
    {
        if (faults)
        {
            _judge.Faults.On("influx:Write").WithProbability(0.3, seed).ResetAfterStore();
        }

        var random = new Random(seed);
        using InfluxDbSink sink = Create(InfluxDbLayout.Versions);
        int[] order = [.. Enumerable.Range(0, Objects).Concat(Enumerable.Range(0, Objects / 2))];
        random.Shuffle(order);

        WriteOutcome[] outcomes = await Task.WhenAll(order.Select(version => WriteUntilDoneAsync(sink, version)));

        Assert.That(outcomes.Select(outcome => outcome.Written + outcome.Duplicate), Has.All.EqualTo(RowsPerObject));
        IEnumerable<StoredPoint> newest = (await _judge.ReadAsync(_bucket, "generation"))
            .GroupBy(point => (Identity(point), point.TimeNanoseconds))
            .Select(points => points.MaxBy(point => Version(point), StringComparer.Ordinal)!);
        Assert.That(Values(newest), Is.EqualTo(Newest()));

        static string? Version(StoredPoint point) => point.Tags.Single(tag => tag.Key == "version").Value;
    }

    [Test]
    public async Task Under_overwrite_the_newest_object_stays_in_any_order([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        using InfluxDbSink sink = Create(InfluxDbLayout.Overwrite);
        int[] order = [.. Enumerable.Range(0, Objects).Concat(Enumerable.Range(0, Objects / 2))];
        random.Shuffle(order);
        int superseded = 0;
        foreach (int version in order)
        {
            WriteOutcome outcome = await WriteUntilDoneAsync(sink, version);
            superseded += outcome.Superseded;
            Assert.That(outcome.Written + outcome.Duplicate + outcome.Superseded, Is.EqualTo(RowsPerObject));
        }

        Assert.That(Values(await _judge.ReadAsync(_bucket, "generation")), Is.EqualTo(Newest()));
        Assert.That(superseded, Is.Positive);
    }

    [Test]
    public async Task Under_plain_a_repeated_load_changes_nothing()
    {
        using InfluxDbSink sink = Create(InfluxDbLayout.Plain);
        await WriteUntilDoneAsync(sink, 3);
        List<string> once = Values(await _judge.ReadAsync(_bucket, "generation"));

        await WriteUntilDoneAsync(sink, 3);

        Assert.That(Values(await _judge.ReadAsync(_bucket, "generation")), Is.EqualTo(once).And.Count.EqualTo(Rows(3).DistinctBy(row => (row.Time, row.Key)).Count()));
    }

    [Test]
    public async Task Rows_older_than_the_retention_are_invalid_and_the_others_are_stored()
    {
        _bucket = $"{_bucket}_short";
        await _judge.CreateBucketAsync(_bucket, TimeSpan.FromHours(48));
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using InfluxDbSink sink = Create(InfluxDbLayout.Versions);
        using MeasurementBatch batch = Some.Batch([(now, 1, Some.Key()), (now - TimeSpan.MillisecondsPerDay, 2, Some.Key()), (now - (3 * TimeSpan.MillisecondsPerDay), 3, Some.Key())]);
        await using IRecordWriter writer = await sink.OpenAsync(new RecordSource(DatasetType.Generation, "0badf00d"), CancellationToken.None);

        MeasurementRules.Validate(batch, writer.Destination.Limits);
        RejectionReason[] verdicts = batch.Verdicts.ToArray();
        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That(verdicts, Is.EqualTo(new[] { RejectionReason.None, RejectionReason.None, RejectionReason.TimeTooOld }));
        Assert.That(outcome.Written, Is.EqualTo(2));
        Assert.That(await _judge.ReadAsync(_bucket, "generation"), Has.Count.EqualTo(2));
    }

    [TestCase("generation value=\"text\" 1", TestName = "A value that is a text")]
    [TestCase("generation,value=a other=1 1", TestName = "A value that is a tag")]
    public async Task A_table_that_cannot_take_the_records_is_refused_before_the_first_write(string line)
    {
        Assert.That(await _judge.WriteAsync(_bucket, line), Is.Null);
        long writes = _judge.Requests.Count("influx:Write");
        using InfluxDbSink sink = Create(InfluxDbLayout.Versions);

        var refused = Assert.CatchAsync<LoadException>(() => sink.WriteAsync(Some.GoodBatch()));

        Assert.That(refused!.IsTransient, Is.False);
        Assert.That(_judge.Requests.Count("influx:Write"), Is.EqualTo(writes));
    }

    [Test]
    public void A_missing_bucket_is_named()
    {
        _bucket = "no_such_bucket";
        using InfluxDbSink sink = Create(InfluxDbLayout.Versions);

        var refused = Assert.CatchAsync<LoadException>(() => sink.WriteAsync(Some.GoodBatch()));

        Assert.That(refused!.Message, Does.Contain("no_such_bucket"));
        Assert.That(refused.IsTransient, Is.False);
    }

    private InfluxDbSink Create(InfluxDbLayout layout) => SinkOf.Create(_judge.Environment(_bucket), options =>
    {
        options.Layout = layout;
        options.BatchLines = 60;
    });

    /// <summary>Writes an object; a load that failed in a way that may pass is run again, as its user does.</summary>
    private static async Task<WriteOutcome> WriteUntilDoneAsync(InfluxDbSink sink, int number)
    {
        while (true)
        {
            WriteOutcome outcome = await sink.WriteAsync(
                Some.Batch(Rows(number), version: new ObjectVersion(1_000 + number).ForRowGroup(0)), $"{number:x8}");
            if (outcome.Failure is null)
            {
                return outcome;
            }

            Assert.That(outcome.Failure.IsTransient, outcome.Failure.Message);
        }
    }

    /// <summary>The rows of an object: some are of the same series and time as those of others, and some occur twice in it.</summary>
    private static List<(long Time, double Value, SeriesKey Key)> Rows(int number)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, RowsPerObject).Select(_ => (
            Some.Time + (random.Next(200) * 3_600_000L),
            Math.Round((random.NextDouble() * 1_000) + number, 3),
            Some.Key(region: random.Next(2) == 0 ? "SE" : "a, b", qualityFlag: random.Next(3) == 0 ? null : "good")))];
    }

    /// <summary>What must be read in the end: of each series and time the value of the newest object that has it, of two rows of it the last.</summary>
    private static List<string> Newest()
    {
        var newest = new Dictionary<(SeriesKey, long), double>();
        for (int number = 0; number < Objects; number++)
        {
            foreach (var (time, value, key) in Rows(number))
            {
                newest[(key, time)] = value;
            }
        }

        return [.. newest.Select(pair => FormattableString.Invariant($"{pair.Key.Item1.Region}|{pair.Key.Item1.QualityFlag}|{pair.Key.Item2 * 1_000_000}|{pair.Value}")).Order(StringComparer.Ordinal)];
    }

    private static string Identity(StoredPoint point) => string.Join('|', point.Tags.Where(tag => tag.Key != "version"));

    private static List<string> Values(IEnumerable<StoredPoint> points) => [.. points
        .Select(point => FormattableString.Invariant($"{Tag(point, "region")}|{Tag(point, "quality_flag")}|{point.TimeNanoseconds}|{point.Fields.Single(field => field.Key == "value").Value.Float}"))
        .Order(StringComparer.Ordinal)];

    private static string? Tag(StoredPoint point, string key) => point.Tags.Where(tag => tag.Key == key).Select(tag => tag.Value).SingleOrDefault();
}
