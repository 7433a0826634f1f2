using Loader.Tests.Parquet;

namespace Loader.Tests.Lambda;

/// <summary>Parquet files of dataset generation, as bytes.</summary>
internal static class SomeFiles
{
    /// <summary>The least rows that the writer puts into a row group.</summary>
    public const int RowGroupRows = 2_048;

    /// <summary>Writes rows an hour apart of one series.</summary>
    public static byte[] Generation(int rows, string value = "i * 1.5", string columns = "", int rowGroupRows = RowGroupRows)
    {
        using var folder = new Folder();
        string path = folder.Write(
            "file.parquet",
            $"""
            SELECT TIMESTAMP '2024-01-01' + to_hours(i::BIGINT) AS "timestamp", 'SE' AS region, ({value})::DOUBLE AS value, 'MW' AS unit,
            'power' AS measurement_type{(columns.Length == 0 ? ", 'hydro' AS energy_source" : columns)} FROM range({rows}) t(i)
            """,
            $"ROW_GROUP_SIZE {rowGroupRows}");
        return File.ReadAllBytes(path);
    }

    /// <summary>A month of real load, or the end of the test where the files are not there.</summary>
    public static string RealMonth()
    {
        string path = Path.Combine(
            AppContext.BaseDirectory, "..", "..", "..", "..", "..", "shared", "data", "ons", "dataset=consumption", "year=2023", "month=01", "curva_carga_202301.snappy.parquet");
        if (!File.Exists(path))
        {
            Assert.Ignore($"{Path.GetFullPath(path)} is not there.");
        }

        return path;
    }
}
