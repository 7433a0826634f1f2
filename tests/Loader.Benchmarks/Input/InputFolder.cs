using System.Globalization;

namespace Loader.Benchmarks.Input;

/// <summary>Generated files in a temporary folder, each written when it is first asked for. Disposing deletes them.</summary>
internal sealed class InputFolder : IDisposable
{
    /// <summary>The rows of a row group as DuckDB and many writers after it cut them.</summary>
    public const int SmallRowGroup = 122_880;

    /// <summary>The rows of a row group as pyarrow cuts them.</summary>
    public const int LargeRowGroup = 1_048_576;

    private readonly string _folder = Directory.CreateTempSubdirectory("loader-benchmarks-").FullName;

    /// <summary>Returns the path of a file, writing it where it is not there yet.</summary>
    /// <param name="shape">What it holds.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="rowsPerRowGroup">The rows of its row groups.</param>
    /// <returns>The path, under a key that tells the dataset.</returns>
    public string FileOf(InputShape shape, long rows, int rowsPerRowGroup = SmallRowGroup)
    {
        string folder = Path.Combine(_folder, $"dataset={shape.Dataset}");
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{rows}-in-{rowsPerRowGroup}.parquet"));
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            InputFile.Write(path, shape, rows, rowsPerRowGroup);
        }

        return path;
    }

    /// <summary>Deletes a file that is not needed any more: the large ones take gigabytes together.</summary>
    /// <param name="path">The file.</param>
    public static void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
