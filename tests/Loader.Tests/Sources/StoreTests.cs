using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.RejectedRows;
using Loader.Parquet.Storage;
using Loader.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Sources;

/// <summary>Files in stores of the host: memory, streams, and stores that fail.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class StoreTests
{
    private const string Query = """
        SELECT TIMESTAMP '2024-05-01' + INTERVAL (i) MINUTE AS timestamp, i::DOUBLE AS value, 'MW' AS unit, 'power' AS measurement_type, 'SE' AS region,
            'hydro' AS energy_source, repeat('x', 100) || i AS padding FROM range(5000) r(i)
        """;

    private static readonly DateTimeOffset Modified = new(2024, 5, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly SourceFile File = SourceFile.InStore("archive", "blobs", "dataset=generation/a.parquet");

    [Test]
    public async Task A_file_in_memory_is_loaded_by_the_dataset_in_its_key()
    {
        byte[] bytes = Write();

        (LoadReport report, ScriptedSink sink) = await LoadAsync(_ => new MemoryFile(bytes, Modified));

        Assert.That(report.Ledger, Is.EqualTo(new Ledger { Read = 5000, Written = 5000 }));
        Assert.That(sink.Stored, Has.Count.EqualTo(5000));
        Assert.That(report.Dataset, Is.EqualTo(DatasetType.Generation));
        Assert.That(report.File.ToString(), Is.EqualTo("archive://blobs/dataset=generation/a.parquet"));
        Assert.That(report.Version, Is.EqualTo(ObjectVersion.FromLastModified(Modified)));
    }

    [Test]
    public async Task The_tag_of_a_file_in_memory_follows_its_content()
    {
        byte[] bytes = Write();
        byte[] other = [.. bytes];
        other[4] ^= 1;

        string first = await TagOf(bytes);

        Assert.That(await TagOf([.. bytes]), Is.EqualTo(first));
        Assert.That(await TagOf(other), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task A_stream_is_loaded_and_disposed_once_for_each_load()
    {
        var streams = new List<MemoryStream>();
        byte[] bytes = Write();

        (LoadReport report, _) = await LoadAsync(_ =>
        {
            streams.Add(new MemoryStream(bytes));
            return new StreamFile(streams[^1], Modified, "tag-1");
        });

        Assert.That(report.Ledger.Written, Is.EqualTo(5000));
        Assert.That(report.ETag, Is.EqualTo("tag-1"));
        Assert.That(streams, Has.Count.EqualTo(1));
        Assert.That(streams[0].CanRead, Is.False);
    }

    [Test]
    public void A_stream_that_cannot_seek_is_refused() => Assert.That(
        () => new StreamFile(new System.IO.Compression.GZipStream(Stream.Null, System.IO.Compression.CompressionMode.Decompress), Modified, "tag"),
        Throws.ArgumentException.With.Message.Contains("cannot seek"));

    [TestCase(typeof(FileNotFoundException), typeof(SourceNotFoundException))]
    [TestCase(typeof(UnauthorizedAccessException), typeof(SourceAccessDeniedException))]
    [TestCase(typeof(IOException), typeof(UnavailableException))]
    [TestCase(typeof(HttpRequestException), typeof(UnavailableException))]
    [TestCase(typeof(TimeoutException), typeof(UnavailableException))]
    [TestCase(typeof(TaskCanceledException), typeof(UnavailableException))]
    public void Exceptions_of_a_store_become_failures_of_the_load(Type thrown, Type expected) => Assert.That(
        async () => await LoadAsync(_ => new Broken((Exception)Activator.CreateInstance(thrown)!)),
        Throws.InstanceOf(expected).With.Message.Contains(File.ToString()));

    [Test]
    public void A_defect_of_a_store_reaches_the_host_as_it_is() => Assert.That(
        async () => await LoadAsync(_ => throw new InvalidOperationException("A defect.")), Throws.InvalidOperationException);

    [Test]
    public void A_store_without_tags_is_refused() => Assert.That(
        async () => await LoadAsync(_ => new MemoryFile(Write(), Modified, etag: "")),
        Throws.InstanceOf<UnavailableException>().With.Message.Contains("no ETag"));

    [Test]
    public async Task A_scheme_without_a_store_is_a_setting_to_correct()
    {
        var services = new ServiceCollection();
        services.AddLoader().UseSink<ScriptedSink>();
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.That(
            async () => await provider.GetRequiredService<LoadParquetFile>().LoadAsync(new LoadRequest(File), CancellationToken.None),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("UseStore(\"archive\""));
    }

    [TestCase("s3")]
    [TestCase("file")]
    [TestCase("Azure")]
    [TestCase("a b")]
    [TestCase("1a")]
    public void Schemes_of_the_loader_and_others_that_are_none_are_refused(string scheme) =>
        Assert.That(() => SourceFile.InStore(scheme, "c", "k"), Throws.ArgumentException);

    [Test]
    public void Files_of_two_stores_are_two_files()
    {
        var other = SourceFile.InStore("azure", "blobs", "dataset=generation/a.parquet");

        Assert.That(File, Is.Not.EqualTo(other));
        Assert.That(File, Is.Not.EqualTo(SourceFile.InS3("blobs", "dataset=generation/a.parquet")));
        Assert.That(RejectedRowKey.FolderOf(File, "e"), Is.Not.EqualTo(RejectedRowKey.FolderOf(other, "e")));
    }

    private static byte[] Write()
    {
        using var folder = new Parquet.Folder();
        return System.IO.File.ReadAllBytes(folder.Write("a.parquet", Query, "ROW_GROUP_SIZE 2048"));
    }

    private static async Task<string> TagOf(byte[] bytes)
    {
        await using var file = new MemoryFile(bytes, Modified);
        await file.OpenAsync(CancellationToken.None);
        return file.ETag;
    }

    private static async Task<(LoadReport Report, ScriptedSink Sink)> LoadAsync(Func<SourceFile, RandomAccessFile> open)
    {
        var services = new ServiceCollection();
        services.AddLoader().UseSink<ScriptedSink>().UseStore("archive", open);
        await using ServiceProvider provider = services.BuildServiceProvider();
        LoadReport report = await provider.GetRequiredService<LoadParquetFile>().LoadAsync(new LoadRequest(File), CancellationToken.None);
        return (report, (ScriptedSink)provider.GetRequiredService<IRecordSink>());
    }

    private sealed class Broken(Exception failure) : RandomAccessFile
    {
        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override Task<FileTail> ReadTailAsync(CancellationToken cancellationToken) => throw failure;

        protected override ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) => throw failure;
    }
}
