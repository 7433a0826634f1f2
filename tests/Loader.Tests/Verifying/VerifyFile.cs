using System.Globalization;
using Loader.Tests.Parquet;

namespace Loader.Tests.Verifying;

/// <summary>Writes small Parquet files of the dataset generation for tests of <c>verify</c>.</summary>
internal static class VerifyFile
{
    /// <summary>The time of row 0; each row is an hour later.</summary>
    public static readonly DateTimeOffset Begin = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes hourly rows of two series, <c>SE</c> and <c>NE</c>: the value of hour <c>i</c> is <c>i + 0.5</c>, and 100 more in <c>NE</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="hours">The number of hours.</param>
    /// <param name="change">A SQL expression for the value, in terms of <c>i</c> and <c>region</c>; or the standard one.</param>
    /// <param name="name">The name of the file.</param>
    /// <returns>The path.</returns>
    public static string Write(
        Folder folder, int hours = 10, string change = "i + 0.5 + IF(region = 'NE', 100, 0)", string name = "generation.parquet") => folder.Write(
            $"dataset=generation/{name}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, ({change})::DOUBLE AS value, region, 'MW' AS unit,
                    'power' AS measurement_type, 'hydro' AS energy_source
                FROM range({hours}) AS h(i), (VALUES ('SE'), ('NE')) AS r(region) ORDER BY i, region DESC
                """));
}
