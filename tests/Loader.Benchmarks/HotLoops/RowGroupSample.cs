using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Decoding;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Reading;

namespace Loader.Benchmarks.HotLoops;

/// <summary>One row group of a generated file with all that the loader makes of it on the way to a batch.</summary>
internal sealed class RowGroupSample : IAsyncDisposable
{
    /// <summary>The rows; benchmarks count each as an operation.</summary>
    public const int Rows = InputFolder.SmallRowGroup;

    private readonly InputFolder _folder;
    private readonly LocalFile _source;

    private RowGroupSample(InputFolder folder, SourceFile file, LocalFile source, FileLayout layout, ColumnPlan plan, RowGroupBytes bytes)
    {
        _folder = folder;
        File = file;
        _source = source;
        Layout = layout;
        Plan = plan;
        Bytes = bytes;
    }

    public SourceFile File { get; }

    public FileLayout Layout { get; }

    public ColumnPlan Plan { get; }

    /// <summary>Gets the fetched chunks of the needed columns.</summary>
    public RowGroupBytes Bytes { get; }

    public static async Task<RowGroupSample> CreateAsync(InputShape shape)
    {
        var folder = new InputFolder();
        var file = SourceFile.OnDisk(folder.FileOf(shape, Rows));
        var source = new LocalFile(file);
        await source.OpenAsync(CancellationToken.None);
        FileLayout layout = await FileLayout.ReadAsync(source, CancellationToken.None);
        ColumnPlan plan = SchemaValidator.Validate(layout.Schema, DatasetType.All.Single(type => type.Name == shape.Dataset), file.Key).Plan!;
        RowGroupBytes bytes = await layout.FetchAsync(source, 0, plan.Columns, CancellationToken.None);
        return new RowGroupSample(folder, file, source, layout, plan, bytes);
    }

    /// <summary>Makes a decoder; one belongs to a whole file, so benchmarks keep it.</summary>
    public RowGroupDecoder Decoder() => new(File, Layout, Plan, new LocalClock(TimeZoneInfo.Utc), int96IsUtc: false, ranges: null, new SeriesMemory(long.MaxValue));

    /// <summary>Decodes the row group.</summary>
    public MeasurementBatch Batch()
    {
        using RowGroupDecoder decoder = Decoder();
        return decoder.Decode(0, 0, Bytes, version: 1, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Bytes.Dispose();
        await _source.DisposeAsync();
        _folder.Dispose();
    }
}
