using CsCheck;
using DuckDB.NET.Data;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.DuckDb;

namespace Loader.Tests.DuckDb;

/// <summary>Batches of several loads that are written at once.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SharedTransactionTests
{
    private const int Writers = 4;

    /// <summary>A batch of any span: rows of a few series from a start, so that spans are equal, overlap or are disjoint.</summary>
    private static readonly Gen<(int Start, int Count, int Series, bool Large)> Shape =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 12], Gen.Int[1, 3], Gen.Int[0, 5].Select(chance => chance == 0));

    [Test]
    public void Batches_of_several_writers_end_with_the_newest_versions_whatever_the_order() =>
        Shape.Array[1, 16].Sample(
            shapes =>
            {
                using var file = new DuckDbFile();
                MeasurementBatch[] batches = [.. shapes.Select((shape, number) => Make(shape, number))];
                var oracle = new VersionOracle();
                foreach (MeasurementBatch batch in batches.OrderBy(batch => batch.Version))
                {
                    oracle.Write(batch);
                }

                WriteOutcome[] outcomes;
                TableChanges changes;
                using (DuckDbSink sink = file.OpenSink())
                {
                    outcomes = WriteAtOnceAsync(sink, batches).GetAwaiter().GetResult();
                    changes = sink.SummarizeAsync(default).GetAwaiter().GetResult().Single().Changes;
                }

                List<string> stored = file.Stored();
                Assert.That(stored, Is.EqualTo(oracle.Stored()));
                Assert.That(changes.Inserted, Is.EqualTo(stored.Count));
                Assert.That(outcomes.Select(Settled), Is.EqualTo(batches.Select(batch => batch.Count)));
                Assert.That(outcomes.Sum(outcome => outcome.Written), Is.EqualTo(changes.Inserted + changes.Updated + changes.Unchanged));
                Assert.That(outcomes[^1].Written, Is.EqualTo(batches[^1].Count), "nothing is newer than the newest");
                Array.ForEach(batches, batch => batch.Dispose());
            },
            iter: 25,
            threads: 1);

    [Test]
    public void Batches_of_several_writers_with_disjoint_spans_have_the_outcomes_of_the_model() =>
        Gen.Int[1, 12].Array[1, 12].Sample(
            counts =>
            {
                using var file = new DuckDbFile();
                using DuckDbSink sink = file.OpenSink();
                var oracle = new VersionOracle();
                MeasurementBatch[] batches = [.. counts.Select((count, number) => Make((number * 10_000, count, 2, number % 3 == 0), number))];
                foreach (int _ in Enumerable.Range(0, 2))
                {
                    (int, int, int, int, int)[] expected = [.. batches.Select(oracle.Write).Select(Counts)];

                    WriteOutcome[] outcomes = WriteAtOnceAsync(sink, batches).GetAwaiter().GetResult();

                    Assert.That(outcomes.Select(Counts), Is.EqualTo(expected));
                }

                Array.ForEach(batches, batch => batch.Dispose());
            },
            iter: 10,
            threads: 1);

    [TestCase(2)]
    [TestCase(1_000_000)]
    public async Task A_large_batch_of_few_valid_rows_and_a_small_one_update_and_insert_their_rows(long time)
    {
        using var file = new DuckDbFile();

        // The order of the table is not that of the batch, so that rows are found by the index.
        await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(3, 3), new(1, 1), new(2, 2)]));
        using var rig = new QueueRig(file.Location);
        MeasurementRow[] invalid = [.. Enumerable.Range(0, RowSet.MaxSharedRows + 100).Select(row => new MeasurementRow(10 + row, double.NaN))];
        PendingBatch large = rig.Batch(MeasurementRow.Batch(2 << 21, [new(1, 10), .. invalid, new(2, 20), new(3, 30)]));
        PendingBatch small = rig.Batch(MeasurementRow.Batch(2 << 21, [new(time, 7, Region: "NE"), new(time + 1, 8, Region: "NE")]));

        await rig.WriteTogetherAsync(large, small);

        Assert.That(((await large.Outcome).Written, (await small.Outcome).Written), Is.EqualTo((3, 2)));
        Assert.That(rig.Changes, Is.EqualTo(new TableChanges(2, 3, 0)));
        rig.Dispose();
        Assert.That(
            file.Query("SELECT region, \"value\" FROM generation ORDER BY ALL"),
            Is.EqualTo(new[] { "NE|7", "NE|8", "SE|10", "SE|20", "SE|30" }));
    }

    [Test]
    public async Task A_table_with_nulls_that_somebody_else_created_takes_rows()
    {
        using var file = new DuckDbFile();
        file.Query(
            "CREATE TABLE generation (\"time\" TIMESTAMP_NS, region VARCHAR, energy_source VARCHAR, measurement_type VARCHAR, quality_flag VARCHAR, unit VARCHAR, \"value\" DOUBLE, version BIGINT)");
        file.Query(
            """
            INSERT INTO generation VALUES
                (make_timestamp_ns(1000000), NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                (make_timestamp_ns(1000000), 'SE', 'hydro', 'power', NULL, NULL, NULL, NULL),
                (make_timestamp_ns(1000000), 'NE', 'a subject of more than twelve bytes', NULL, NULL, 'MW', 1, 1)
            """);

        (List<WriteOutcome> outcomes, TableChanges changes) =
            await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(1, 5), new(1, 6, Region: "NE")]));

        Assert.That((outcomes[0].Written, changes), Is.EqualTo((2, new TableChanges(1, 1, 0))));
        Assert.That(file.Query("SELECT unit, \"value\" FROM generation WHERE region = 'SE'"), Is.EqualTo(new[] { "MW|5" }));
    }

    [Test]
    public async Task A_batch_that_fails_does_not_concern_the_others_of_its_transaction()
    {
        using var file = new DuckDbFile();
        await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(1, 1)]));
        file.Query("INSERT INTO generation FROM generation");
        using var rig = new QueueRig(file.Location);
        PendingBatch good = rig.Batch(MeasurementRow.Batch(1 << 21, [new(2, 2)]));
        PendingBatch bad = rig.Batch(MeasurementRow.Batch(1 << 21, [new(1, 3)]));
        PendingBatch worse = rig.Batch(MeasurementRow.Batch(1 << 21, [new(long.MaxValue / 1_000, 3)]));
        PendingBatch last = rig.Batch(MeasurementRow.Batch(1 << 21, [new(4, 4), new(5, 5)]));

        await rig.WriteTogetherAsync(good, bad, worse, last);

        Assert.That((await good.Outcome).Written, Is.EqualTo(1));
        Assert.That((await bad.Outcome).Failure, Is.InstanceOf<DestinationRefusedException>());
        Assert.That(async () => await worse.Outcome, Throws.InstanceOf<OverflowException>());
        Assert.That((await last.Outcome).Written, Is.EqualTo(2));
        Assert.That(rig.Changes, Is.EqualTo(new TableChanges(3, 0, 0)));
        rig.Dispose();
        Assert.That(file.Query("SELECT count(*), max(\"value\") FROM generation"), Is.EqualTo(new[] { "5|5" }));
    }

    [Test]
    public async Task A_batch_that_is_cancelled_while_it_waits_is_unsettled_at_once_and_not_written()
    {
        using var file = new DuckDbFile();
        await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(1, 1)]));
        using var rig = new QueueRig(file.Location);
        using var cancel = new CancellationTokenSource();
        PendingBatch first = rig.Batch(MeasurementRow.Batch(1 << 21, [new(2, 2)]));
        PendingBatch cancelled = rig.Batch(MeasurementRow.Batch(1 << 21, [new(3, 3)]), cancel.Token);

        await rig.WriteTogetherAsync(
            [first, cancelled],
            beforeStart: async () =>
            {
                await cancel.CancelAsync();
                Assert.That((await cancelled.Outcome).Unsettled, Is.EqualTo(1));
            });

        Assert.That((await first.Outcome).Written, Is.EqualTo(1));
        rig.Dispose();
        Assert.That(file.Query("SELECT max(\"value\") FROM generation"), Is.EqualTo(new[] { "2" }));
    }

    [Test]
    public async Task A_record_and_rows_that_share_a_transaction_with_a_failure_are_kept()
    {
        using var file = new DuckDbFile();
        await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(1, 1)]));
        file.Query("INSERT INTO generation FROM generation");
        var loaded = new LoadedFile("/data/a.parquet", "rules", "generation", "etag", null, 7, RowGroup: null);
        using var rig = new QueueRig(file.Location);
        PendingBatch bad = rig.Batch(MeasurementRow.Batch(1 << 21, [new(1, 3)]));
        var records = new PendingRecords(file.Location, [loaded with { RowGroup = 1 }, loaded], default);

        await rig.WriteTogetherAsync(bad, records);

        await records.Completion;
        Assert.That((await bad.Outcome).Failure, Is.Not.Null);
        rig.Dispose();
        Assert.That(file.Query("SELECT source, row_group FROM loader_files"), Is.EqualTo(new[] { "/data/a.parquet|null" }));
    }

    [Test]
    public async Task A_write_waits_for_another_connection_that_changes_the_same_row()
    {
        using var file = new DuckDbFile();
        using DuckDbSink sink = file.OpenSink();
        await using IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, default);
        using MeasurementBatch old = MeasurementRow.Batch(1 << 21, [new(1, 1)]);
        using MeasurementBatch newer = MeasurementRow.Batch(2 << 21, [new(1, 2)]);
        await writer.WriteAsync(old, default);
        var database = new DuckDbDatabase(file.Location);
        Task<WriteOutcome> writing;
        using (DuckDBConnection other = database.Connect())
        {
            other.Execute("BEGIN TRANSACTION");
            other.Execute("UPDATE generation SET \"value\" = 9");
            writing = writer.WriteAsync(newer, default);
            other.Execute("COMMIT");
        }

        Assert.That((await writing).Written, Is.EqualTo(1));
        database.Dispose();
        await writer.DisposeAsync();
        sink.Dispose();
        Assert.That(file.Query("SELECT \"value\", version FROM generation"), Is.EqualTo(new[] { $"2|{2 << 21}" }));
    }

    [Test]
    public async Task A_commit_that_fails_leaves_every_batch_to_a_transaction_of_its_own()
    {
        using var file = new DuckDbFile();
        await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(1, 1)]));

        // Two transactions that add the same key both succeed until one of them commits.
        file.Query("CREATE UNIQUE INDEX times ON generation (\"time\")");
        using var database = new DuckDbDatabase(file.Location);
        using var texts = new SeriesTexts();
        using MeasurementBatch batch = MeasurementRow.Batch(1 << 21, [new(2, 2)]);
        var table = new DatasetTable(DatasetType.Generation);
        using DuckDBConnection other = database.Connect();
        using (var connection = new WriteConnection(database.Connect(), file.Location))
        {
            // The second batch has the identity of the first one, so the rows of the first are appended before the second is added.
            PendingBatch[] batches =
                [.. Enumerable.Range(0, 2).Select(_ => new PendingBatch(file.Location, table, batch, texts, default))];
            var conflict = new WorkThat(() => other.Execute(
                "INSERT INTO generation SELECT make_timestamp_ns(2000000), 'SE', 'hydro', 'power', NULL, 'MW', 2, 2097152"));
            Assert.That(() => connection.Write([.. batches, conflict]), Throws.Exception);
        }

        using var queue = new WriteQueue(database, (_, _) => { });
        var again = new PendingBatch(file.Location, table, batch, texts, default);
        await queue.WriteAsync(again);

        Assert.That((await again.Outcome).Written, Is.EqualTo(1));
    }

    [Test]
    public async Task A_table_with_another_column_takes_rows_too()
    {
        using var file = new DuckDbFile();
        await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(1, 1)]));
        file.Query("ALTER TABLE generation ADD COLUMN note VARCHAR");

        (List<WriteOutcome> outcomes, _) = await file.WriteAsync(MeasurementRow.Batch(2 << 21, [new(1, 2), new(2, 3, QualityFlag: "good")]));

        Assert.That(outcomes[0].Written, Is.EqualTo(2));
        Assert.That(file.Query("SELECT \"value\", quality_flag, note FROM generation ORDER BY 1"), Is.EqualTo(new[] { "2|null|null", "3|good|null" }));
    }

    /// <summary>Of several threads, DuckDB sometimes reports one that it interrupted because another failed.</summary>
    [Test]
    public void A_query_that_fails_halfway_is_not_taken_for_one_that_ended()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();

        Assert.That(
            () =>
            {
                using var scan = new RowScan(connection, "SELECT CASE WHEN i = 150000 THEN error('halfway') ELSE i END FROM range(200000) r(i)");
                while (scan.MoveNext())
                {
                }
            },
            Throws.InstanceOf<DuckDbNativeException>().With.Message.Contains("halfway").Or.Message.Contains("Interrupted"));
    }

    private static MeasurementBatch Make((int Start, int Count, int Series, bool Large) shape, int number)
    {
        // A large batch has a set of its own, and may be in another transaction at the same moment.
        int count = shape.Large ? RowSet.MaxSharedRows + shape.Count : shape.Count;
        long version = new ObjectVersion(1 + (number / 2)).ForRowGroup(number % 2);
        return MeasurementRow.Batch(
            version,
            [.. Enumerable.Range(0, count).Select(row => new MeasurementRow(
                shape.Start + (row / shape.Series), number + 0.5, Region: $"R{row % shape.Series}", QualityFlag: row % shape.Series == 1 ? "good" : null))],
            number % 2);
    }

    private static async Task<WriteOutcome[]> WriteAtOnceAsync(DuckDbSink sink, MeasurementBatch[] batches)
    {
        IRecordWriter[] writers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => sink.OpenAsync(DatasetType.Generation, default)));
        WriteOutcome[] outcomes = await Task.WhenAll(
            batches.Select((batch, number) => Task.Run(() => writers[number % Writers].WriteAsync(batch, default))));
        foreach (IRecordWriter writer in writers)
        {
            await writer.DisposeAsync();
        }

        return outcomes;
    }

    private static int Settled(WriteOutcome outcome) => outcome.Failure is { } failure
        ? throw failure
        : outcome.Written + outcome.Superseded + outcome.Duplicate + outcome.Rejected.Count;

    private static (int Written, int Superseded, int Duplicate, int Rejected, int Unsettled) Counts(WriteOutcome outcome) =>
        (outcome.Written, outcome.Superseded, outcome.Duplicate, outcome.Rejected.Count, outcome.Unsettled);

    /// <summary>Work that acts while its transaction is open.</summary>
    private sealed class WorkThat(Action act) : PendingWork("energy.duckdb", default)
    {
        public override int RowCount => 0;

        public override Task Completion => Task.CompletedTask;

        public override bool Excludes(PendingWork other) => false;

        public override void Reset() => act();

        public override void Settle()
        {
        }

        public override void Cancel()
        {
        }

        protected override void Fail(LoadException failure)
        {
        }

        protected override void Throw(Exception exception)
        {
        }
    }

    /// <summary>A queue that does not start to write before all work waits, so that the work shares a transaction.</summary>
    private sealed class QueueRig : IDisposable
    {
        private readonly string _path;
        private readonly DuckDbDatabase _database;
        private readonly WriteQueue _queue;
        private readonly List<SeriesTexts> _texts = [];
        private readonly DatasetTable _table = new(DatasetType.Generation);
        private readonly List<MeasurementBatch> _batches = [];
        private bool _isDisposed;

        public QueueRig(string path)
        {
            _path = path;
            _database = new DuckDbDatabase(path);
            _queue = new WriteQueue(_database, (_, changes) => Changes += changes);
        }

        public TableChanges Changes { get; private set; }

        public PendingBatch Batch(MeasurementBatch batch, CancellationToken abandon = default)
        {
            _batches.Add(batch);

            // Each batch has a catalog of its own, as one load has.
            _texts.Add(new SeriesTexts());
            return new PendingBatch(_path, _table, batch, _texts[^1], abandon);
        }

        public Task WriteTogetherAsync(params PendingWork[] work) => WriteTogetherAsync(work, () => Task.CompletedTask);

        public async Task WriteTogetherAsync(PendingWork[] work, Func<Task> beforeStart)
        {
            var start = new TaskCompletionSource();
            Task blocking = _database.RunAsync(
                () =>
                {
                    start.Task.Wait();
                    return true;
                },
                default);
            Task writing = Task.WhenAll([.. work.Select(_queue.WriteAsync)]);
            await beforeStart();
            start.SetResult();
            await blocking;
            await writing;
        }

        public void Dispose()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                _queue.Dispose();
                _database.Dispose();
                _texts.ForEach(texts => texts.Dispose());
                _batches.ForEach(batch => batch.Dispose());
            }
        }
    }
}
