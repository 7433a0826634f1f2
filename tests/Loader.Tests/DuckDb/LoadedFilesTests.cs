using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb;

namespace Loader.Tests.DuckDb;

/// <summary>What a database says of itself and of the files that it holds.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LoadedFilesTests
{
    private static readonly LoadedFile Finished = new("s3://lake/a.parquet", "rules", "generation", "etag", null, 7, RowGroup: null);
    private static readonly LoadedFile Stopped = new("/data/b.parquet", "rules", "consumption", "etag", "v1", 8, RowGroup: 3);

    [Test]
    public async Task A_recorded_file_is_found()
    {
        using var file = new DuckDbFile();
        using (DuckDbSink sink = file.OpenSink())
        {
            await sink.RecordFilesAsync([Finished, Stopped], default);
        }

        using DuckDbSink again = file.OpenSink();
        Assert.That(
            (await again.FindFilesAsync([Stopped.Source, "/data/unknown.parquet", Finished.Source], "rules", default)).Values,
            Is.EquivalentTo(new[] { Finished, Stopped }));
    }

    [Test]
    public async Task A_later_record_replaces_an_earlier_one()
    {
        using var file = new DuckDbFile();
        using DuckDbSink sink = file.OpenSink();
        await sink.RecordFilesAsync([Stopped], default);
        await sink.RecordFilesAsync([Stopped with { RowGroup = null }], default);

        Assert.That((await sink.FindFilesAsync([Stopped.Source], "rules", default))[Stopped.Source].RowGroup, Is.Null);
        Assert.That(await sink.FindFilesAsync([Stopped.Source], "other rules", default), Is.Empty);
    }

    [Test]
    public async Task Of_no_files_none_is_found()
    {
        using var file = new DuckDbFile();
        using DuckDbSink sink = file.OpenSink();
        await sink.RecordFilesAsync([Finished], default);

        Assert.That(await sink.FindFilesAsync([], "rules", default), Is.Empty);
    }

    [Test]
    public async Task A_file_that_does_not_exist_is_not_created_by_a_question()
    {
        using var file = new DuckDbFile();
        using DuckDbSink sink = file.OpenSink();

        Assert.That(await sink.FindFilesAsync([Finished.Source], "rules", default), Is.Empty);
        Assert.That((await sink.InspectAsync(DatasetType.Generation, default)).Identity, Is.Null);
        Assert.That(File.Exists(file.Location), Is.False);
    }

    [Test]
    public async Task A_database_keeps_its_identity()
    {
        using var file = new DuckDbFile();
        string? first = await WriteAsync(file);
        string? second = await WriteAsync(file);

        Assert.That(first, Is.Not.Null);
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public async Task A_database_that_was_deleted_and_made_anew_has_another_identity()
    {
        using var file = new DuckDbFile();
        string? first = await WriteAsync(file);
        File.Delete(file.Location);

        Assert.That(await WriteAsync(file), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task A_database_of_version_0_1_gets_an_identity_with_the_next_write()
    {
        using var file = new DuckDbFile();
        await WriteAsync(file);
        file.Query("DROP TABLE loader_database");
        using (DuckDbSink sink = file.OpenSink())
        {
            Assert.That((await sink.InspectAsync(DatasetType.Generation, default)).Identity, Is.Null);
        }

        Assert.That(await WriteAsync(file), Is.Not.Null);
    }

    [Test]
    public async Task Inspecting_does_not_change_the_file()
    {
        using var file = new DuckDbFile();
        await WriteAsync(file);
        DateTime written = File.GetLastWriteTimeUtc(file.Location);
        byte[] bytes = File.ReadAllBytes(file.Location);
        using (DuckDbSink sink = file.OpenSink())
        {
            await sink.InspectAsync(DatasetType.Consumption, default);
        }

        Assert.That(File.ReadAllBytes(file.Location), Is.EqualTo(bytes));
        Assert.That(File.GetLastWriteTimeUtc(file.Location), Is.EqualTo(written));
        Assert.That(file.Query("SELECT table_name FROM duckdb_tables() ORDER BY 1"), Is.EqualTo(new[] { "generation", "loader_database" }));
    }

    private static async Task<string?> WriteAsync(DuckDbFile file)
    {
        using DuckDbSink sink = file.OpenSink();
        await using IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, default);
        return writer.Destination.Identity;
    }
}
