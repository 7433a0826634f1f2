using System.Diagnostics;
using DuckDB.NET.Native;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Tests.Support;

namespace Loader.Tests.DuckDb;

/// <summary>The failures of a database that cannot be used, and that no batch is written in part.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DuckDbFailureTests
{
    [Test]
    public void A_file_that_is_not_a_database_is_refused_and_not_changed()
    {
        using var file = new DuckDbFile();
        File.WriteAllText(file.Location, new string('x', 10_000));

        Assert.That(
            Opening(file.Location),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("not a DuckDB database").And.Message.Contains("--duckdb"));
        Assert.That(new FileInfo(file.Location).Length, Is.EqualTo(10_000));
    }

    [Test]
    public void A_folder_that_does_not_exist_is_named() =>
        Assert.That(
            Opening(Path.Combine(Path.GetTempPath(), "loader-no-such-folder", "energy.duckdb")),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("folder").And.Message.Contains("does not exist"));

    [Test]
    public void A_folder_in_place_of_the_file_is_refused() =>
        Assert.That(Opening(Path.GetTempPath()), Throws.InstanceOf<ConfigurationException>());

    [TestCase("TransactionContext Error: Failed to commit: Could not write file \"x.wal\": No space left on device", DuckDBErrorType.Transaction, "UnavailableException", "the disk may be full")]
    [TestCase("IO Error: Could not read", DuckDBErrorType.Io, "UnavailableException", "run the load again")]
    [TestCase("Out of Memory Error: failed to allocate", DuckDBErrorType.OutOfMemory, "UnavailableException", "ran out of memory")]
    [TestCase("TransactionContext Error: Conflict on update!", DuckDBErrorType.Transaction, "UnavailableException", "Another connection")]
    [TestCase("INTERRUPT Error: Interrupted!", DuckDBErrorType.Interrupt, "UnavailableException", "did not say why")]
    [TestCase("IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 0", DuckDBErrorType.Io, "ConfigurationException", "is damaged")]
    [TestCase("Permission Error: no", DuckDBErrorType.Permission, "DestinationAccessDeniedException", "Access denied")]
    [TestCase("Constraint Error: CHECK\nsecond line", DuckDBErrorType.Constraint, "DestinationRefusedException", "rejected the write")]
    public void An_error_of_a_statement_is_translated_by_its_type(string words, DuckDBErrorType type, string kind, string message)
    {
        LoadException failure = DuckDbErrors.FromStatement("energy.duckdb", new DuckDbNativeException(words, type));

        Assert.That(failure.GetType().Name, Is.EqualTo(kind));
        Assert.That(failure.Message, Does.Contain(message).And.Not.Contain("\n"));
    }

    [TestCase(0)]
    [TestCase(4_096)]
    [TestCase(8_192)]
    [TestCase(12_288)]
    public async Task A_damaged_file_is_called_damaged_and_not_in_use(int offset)
    {
        using var file = new DuckDbFile();
        await file.WriteAsync(Some.GoodBatch(10));
        byte[] bytes = File.ReadAllBytes(file.Location);
        for (int header = offset; header < bytes.Length; header += 4_096)
        {
            bytes[header] ^= 0xff;
        }

        File.WriteAllBytes(file.Location, bytes);

        Assert.That(
            Opening(file.Location), Throws.InstanceOf<ConfigurationException>().With.Message.Contains("is damaged").And.Message.Not.Contains("in use"));
    }

    [TestCase(100)]
    [TestCase(12_288)]
    public async Task A_file_that_was_cut_off_is_called_damaged(int length)
    {
        using var file = new DuckDbFile();
        await file.WriteAsync(Some.GoodBatch(10));
        File.WriteAllBytes(file.Location, File.ReadAllBytes(file.Location)[..length]);

        Assert.That(Opening(file.Location), Throws.InstanceOf<ConfigurationException>().With.Message.Contains("is damaged"));
    }

    [Test]
    public void A_full_disk_is_a_transient_failure()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Ignore("This system has no device that is always full.");
        }

        Assert.That(Opening("/dev/full"), Throws.InstanceOf<UnavailableException>().With.Message.Contains("the disk may be full"));
    }

    [Test]
    public void A_table_that_the_loader_did_not_create_is_refused_with_the_missing_columns()
    {
        using var file = new DuckDbFile();
        file.Query("CREATE TABLE generation (time TIMESTAMP, region VARCHAR)");

        Assert.That(
            Opening(file.Location),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("time TIMESTAMP_NS, energy_source VARCHAR").And.Message.Contains("not created by the loader"));
    }

    [Test]
    public void A_view_in_place_of_the_table_is_refused()
    {
        using var file = new DuckDbFile();
        file.Query("CREATE VIEW generation AS SELECT 1 AS x");

        Assert.That(Opening(file.Location), Throws.InstanceOf<ConfigurationException>().With.Message.Contains("not created by the loader"));
    }

    [Test]
    public async Task A_file_that_another_process_has_open_is_a_transient_failure()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("The lock is taken with fcntl.");
        }

        using var file = new DuckDbFile();
        await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(1, 1)]));
        using Process other = LockFromAnotherProcess(file.Location);
        try
        {
            Assert.That(
                Opening(file.Location),
                Throws.InstanceOf<UnavailableException>().With.Message.Contains("in use by another process").And.Property(nameof(LoadException.IsTransient)).True);
        }
        finally
        {
            other.Kill();
        }
    }

    [Test]
    public async Task A_table_with_a_repeated_identity_is_refused_and_the_batch_is_rolled_back()
    {
        using var file = new DuckDbFile();
        await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(1, 1)]));
        file.Query("INSERT INTO generation FROM generation");

        (List<WriteOutcome> outcomes, _) = await file.WriteAsync(MeasurementRow.Batch(2 << 21, [new(1, 5), new(2, 5)]));

        Assert.That(outcomes[0].Failure, Is.InstanceOf<DestinationRefusedException>().With.Message.Contains("several rows with the same series and time"));
        Assert.That(outcomes[0].Unsettled, Is.EqualTo(2));
        Assert.That(file.Query("SELECT count(*), max(\"value\") FROM generation"), Is.EqualTo(new[] { "2|1" }));
    }

    [Test]
    public async Task An_abandoned_write_leaves_its_rows_unsettled_and_the_table_unchanged()
    {
        using var file = new DuckDbFile();
        using DuckDbSink sink = file.OpenSink();
        await using IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None);
        using MeasurementBatch batch = MeasurementRow.Batch(1 << 21, [new(1, 1), new(2, double.NaN), new(3, 1)]);

        WriteOutcome outcome = await writer.WriteAsync(batch, new CancellationToken(canceled: true));
        IReadOnlyList<TableSummary> summaries = await sink.SummarizeAsync(CancellationToken.None);

        Assert.That(outcome, Has.Property(nameof(WriteOutcome.Unsettled)).EqualTo(2).And.Property(nameof(WriteOutcome.Failure)).Null);
        Assert.That(summaries[0].RowCount, Is.Zero);
    }

    [Test]
    public async Task Writers_of_several_loads_take_turns()
    {
        using var file = new DuckDbFile();
        using DuckDbSink sink = file.OpenSink();
        WriteOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(async load =>
        {
            await using IRecordWriter writer = await sink.OpenAsync(DatasetType.All[load % 3], CancellationToken.None);
            using MeasurementBatch batch = MeasurementRow.Batch((load + 1L) << 21, [new(1, load), new(2, load)], dataset: DatasetType.All[load % 3]);
            return await writer.WriteAsync(batch, CancellationToken.None);
        }));

        IReadOnlyList<TableSummary> summaries = await sink.SummarizeAsync(CancellationToken.None);

        Assert.That(outcomes, Has.All.Property(nameof(WriteOutcome.Failure)).Null);
        Assert.That(summaries.Select(s => s.RowCount), Is.EqualTo(new[] { 2, 2, 2 }));
    }

    private static Func<Task> Opening(string path) => async () =>
    {
        using DuckDbSink sink = DuckDbFile.OpenSink(path);
        await using IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None);
    };

    private static Process LockFromAnotherProcess(string path)
    {
        const string Script = "import fcntl, sys\nf = open(sys.argv[1], 'r+b')\nfcntl.lockf(f, fcntl.LOCK_EX)\nprint('locked', flush=True)\nsys.stdin.read()";
        var start = new ProcessStartInfo("python3", ["-c", Script, path]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        try
        {
            Process process = Process.Start(start)!;
            Assert.That(process.StandardOutput.ReadLine(), Is.EqualTo("locked"));
            return process;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("python3 is not there to take the lock.");
            throw;
        }
    }
}
