using System.Globalization;
using Loader.Benchmarks.Input;

namespace Loader.Benchmarks.DuckDb;

/// <summary>Generated files of one dataset in a temporary folder. Disposing deletes them.</summary>
internal sealed class DuckDbInput : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("loader-duckdb-input-").FullName;

    private DuckDbInput(long rows)
    {
        Rows = rows;
        Folder = Path.Combine(_root, $"dataset={InputShape.Interleaved.Dataset}");
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Gets the folder of the files.</summary>
    public string Folder { get; }

    /// <summary>Gets the number of rows of all files.</summary>
    public long Rows { get; }

    /// <summary>Gets the paths of the files, in order.</summary>
    public IReadOnlyList<string> Files => [.. Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal)];

    /// <summary>Writes files that follow each other in time, each with all series.</summary>
    /// <param name="rows">The rows of all files.</param>
    /// <param name="files">The number of files.</param>
    public static DuckDbInput Consecutive(long rows, int files)
    {
        var input = new DuckDbInput(rows);
        for (int file = 0; file < files; file++)
        {
            long first = rows * file / files;
            InputFile.Write(input.PathOf(file), InputShape.Interleaved, (rows * (file + 1) / files) - first, InputFolder.SmallRowGroup, first);
        }

        return input;
    }

    /// <summary>Writes files of one series and one day each, so that the files of all series cover the same times.</summary>
    /// <param name="rowsPerFile">The rows of each file.</param>
    /// <param name="files">The number of files.</param>
    public static DuckDbInput OfOneSeriesEach(int rowsPerFile, int files)
    {
        var input = new DuckDbInput((long)rowsPerFile * files);
        InputShape[] shapes = [.. InputShape.Interleaved.Series
            .Select(series => InputShape.Interleaved with { Series = [series], Step = TimeSpan.FromDays(1) / rowsPerFile })];
        for (int file = 0; file < files; file++)
        {
            (int day, int series) = Math.DivRem(file, shapes.Length);
            InputFile.Write(input.PathOf(file), shapes[series], rowsPerFile, rowsPerFile, (long)day * rowsPerFile);
        }

        return input;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string PathOf(int file) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{file:000000}.parquet"));
}
