using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Tests.Parquet;

[Parallelizable(ParallelScope.All)]
public sealed class LocalFileTests
{
    private const string Good =
        """
        SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS timestamp, i::DOUBLE AS value, 'R' || (i % 4) AS region, 'MW' AS unit, 'all' AS consumer_type,
            'demand' AS measurement_type FROM range(100000) t(i)
        """;

    [Test]
    public void A_missing_file_is_named()
    {
        SourceNotFoundException failure = Assert.ThrowsAsync<SourceNotFoundException>(() => Reading.OpenAsync("/nowhere/none.parquet"))!;

        Assert.That(failure.Message, Is.EqualTo("/nowhere/none.parquet does not exist: there is no file or folder with that name."));
        Assert.That(failure.File, Is.EqualTo(SourceFile.OnDisk("/nowhere/none.parquet")));
    }

    [Test]
    public void A_folder_is_not_a_file()
    {
        using var folder = new Folder();

        Assert.That(() => Reading.OpenAsync(folder.Path), Throws.TypeOf<SourceNotFoundException>().With.Message.Contains("is a folder"));
    }

    [Test]
    public void A_pipe_is_not_opened()
    {
        using Sources.Tree tree = new Sources.Tree().Pipe("x.parquet");

        Assert.That(
            () => Reading.OpenAsync(tree.PathOf("x.parquet")).WaitAsync(TimeSpan.FromMinutes(1)),
            Throws.TypeOf<SourceNotFoundException>().With.Message.Contains("is a pipe"));
    }

    [Test]
    public void A_file_without_read_access_is_named()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", Good);
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Permissions do not bind this user.");
            return;
        }

        File.SetUnixFileMode(path, UnixFileMode.None);

        Assert.That(() => Reading.OpenAsync(path), Throws.TypeOf<SourceAccessDeniedException>());
    }

    [Test]
    public async Task Size_and_modification_time_make_the_ETag()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", Good);
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));

        await using IParquetFile file = await Reading.OpenAsync(path);

        Assert.That(file.LastModified, Is.EqualTo(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero)));
        Assert.That(file.ETag, Is.EqualTo($"{new FileInfo(path).Length:x}-{new DateTime(2024, 5, 6, 7, 8, 9).Ticks:x}"));
        Assert.That(file.VersionId, Is.Null);
    }

    [Test]
    public async Task A_file_that_is_replaced_while_being_read_is_never_mixed()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", Good, "ROW_GROUP_SIZE 20480");
        await using IParquetFile file = await Reading.OpenAsync(path);
        await using IAsyncEnumerator<MeasurementBatch> batches = file.ReadAsync(0, Reading.Version, CancellationToken.None).GetAsyncEnumerator();
        await batches.MoveNextAsync();
        batches.Current.Dispose();
        File.Move(folder.Write("b.parquet", Good + " LIMIT 50000"), path, overwrite: true);

        Assert.That(
            async () =>
            {
                while (await batches.MoveNextAsync())
                {
                    batches.Current.Dispose();
                }
            },
            Throws.TypeOf<SourceChangedException>().With.Message.EqualTo($"{path} was modified while it was being read. Load it again when its writer has finished."));
    }

    [Test]
    public async Task Little_more_than_the_footer_and_the_needed_columns_is_read()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", Good.Replace("'MW' AS unit", "'MW' AS unit, md5(i::VARCHAR) AS ignored", StringComparison.Ordinal), "ROW_GROUP_SIZE 20480");
        await using IParquetFile file = await Reading.OpenAsync(path);

        await foreach (MeasurementBatch batch in file.ReadAsync(0, Reading.Version, CancellationToken.None))
        {
            batch.Dispose();
        }

        Assert.That(file.BytesRead, Is.LessThan(new FileInfo(path).Length / 2));
    }
}
