using System.Globalization;
using Loader.Domain;

namespace Loader.Tests.Parquet;

/// <summary>Compares each value of a file, as the loader reads it, with what DuckDB reads.</summary>
internal static class Comparison
{
    /// <summary>Reads a file both ways.</summary>
    /// <param name="folder">Gives DuckDB.</param>
    /// <param name="path">The file.</param>
    /// <param name="dataset">Its dataset.</param>
    /// <param name="nanoseconds">The expression that makes nanoseconds since 1970 of the time column.</param>
    /// <param name="twin">A file of the same rows in a form that DuckDB reads, where it does not read the file itself.</param>
    /// <returns>The rows as they were read here.</returns>
    public static async Task<List<Row>> AssertSameAsync(Folder folder, string path, DatasetType dataset, string nanoseconds, string? twin = null)
    {
        List<object?[]> expected = folder.Query(
            $"""
            SELECT {nanoseconds}::HUGEINT::VARCHAR, value::VARCHAR, typeof(value), value::DOUBLE, region::VARCHAR, {dataset.SubjectColumn}::VARCHAR,
                measurement_type::VARCHAR, NULLIF(quality_flag::VARCHAR, ''), unit::VARCHAR
            FROM read_parquet('{twin ?? path}', file_row_number = true, hive_partitioning = false, binary_as_string = true) ORDER BY file_row_number
            """);

        List<Row> rows = await Reading.RowsAsync(path, dataset);

        Assert.That(rows, Has.Count.EqualTo(expected.Count));
        for (int i = 0; i < rows.Count; i++)
        {
            // Plain comparisons, for there are millions of them; the assertion then says what differs.
            Wanted wanted = WantedOf(expected[i]);
            Row row = rows[i];
            Int128? time = row.Time == MeasurementBatch.MissingTime ? null : row.Nanoseconds;
            var found = new Wanted(time, BitConverter.DoubleToInt64Bits(row.Value), row.Key);
            if (found != wanted)
            {
                Assert.That(found, Is.EqualTo(wanted), $"row {i}");
            }
        }

        return rows;
    }

    private static Wanted WantedOf(object?[] row) => new(
        row[0] is string time ? Int128.Parse(time, CultureInfo.InvariantCulture) : null,
        BitConverter.DoubleToInt64Bits(ValueOf(row)),
        new SeriesKey((string?)row[4], (string?)row[5], (string?)row[6], (string?)row[7], (string?)row[8]));

    /// <summary>Decimal text is read correctly rounded by .NET, while DuckDB's own cast of a decimal is not.</summary>
    private static double ValueOf(object?[] row) =>
        row[1] is not string text ? double.NaN
        : ((string)row[2]!).StartsWith("DECIMAL", StringComparison.Ordinal) ? double.Parse(text, CultureInfo.InvariantCulture)
        : (double)row[3]!;

    private sealed record Wanted(Int128? Nanoseconds, long ValueBits, SeriesKey Key);
}
