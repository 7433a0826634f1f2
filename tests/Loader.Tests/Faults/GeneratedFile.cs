using ParquetSharp;
using ParquetSharp.IO;

namespace Loader.Tests.Faults;

/// <summary>A Parquet object of random rows in random row groups, with duplicates and nulls, in random order.</summary>
internal sealed record GeneratedFile(string Key, DateTimeOffset LastModified, IReadOnlyList<IReadOnlyList<GeneratedRow>> RowGroups)
{
    private const int Hours = 40;
    private static readonly string[] Regions = ["SE", "NE", "N", "S"];
    private static readonly string[] Sources = ["hydro", "solar", "wind"];
    private static readonly string?[] Flags = ["good", null, "estimated"];

    /// <summary>Gets a value indicating whether the times have no zone, so that the settings decide which instants they are.</summary>
    public bool IsLocal { get; init; }

    public IEnumerable<GeneratedRow> Rows => RowGroups.SelectMany(rows => rows);

    public int Count => RowGroups.Sum(rows => rows.Count);

    /// <summary>Creates a file. The same random numbers give the same file.</summary>
    /// <param name="random">The random numbers.</param>
    /// <param name="number">The number of the file. A file with a higher number is newer.</param>
    /// <param name="newest">The latest time that a row may have.</param>
    public static GeneratedFile Random(Random random, int number, DateTimeOffset newest)
    {
        int rowGroups = random.Next(1, 9);
        var groups = new List<IReadOnlyList<GeneratedRow>>();
        for (int group = 0; group < rowGroups; group++)
        {
            int rows = random.Next(6) switch { 0 => 1, 1 => 0, _ => random.Next(2, 250) };
            groups.Add([.. Enumerable.Range(0, rows).Select(_ => RandomRow(random, newest))]);
        }

        return new GeneratedFile($"in/dataset=generation/part-{number}.parquet", newest.AddDays(-10).AddSeconds(number), groups);
    }

    /// <summary>Creates files, each newer than those before it. The same seed gives the same files.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="count">The number of files.</param>
    /// <param name="newest">The latest time that a row may have.</param>
    public static GeneratedFile[] Several(int seed, int count, DateTimeOffset newest)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(number => Random(random, number, newest))];
    }

    /// <summary>
    /// Creates files with at least three row groups that have invalid rows, whatever the seed: each of those is one file of kept rows.
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="count">The number of files at least.</param>
    /// <param name="newest">The latest time that a row may have.</param>
    public static GeneratedFile[] SomeWithInvalidRows(int seed, int count, DateTimeOffset newest)
    {
        while (Several(seed, count, newest).SelectMany(file => file.RowGroups).Count(rows => rows.Any(row => !row.IsValid)) < 3)
        {
            count++;
        }

        return Several(seed, count, newest);
    }

    /// <summary>Creates a file with many row groups that is too large to be read in one request.</summary>
    /// <param name="random">The random numbers.</param>
    /// <param name="number">The number of the file.</param>
    /// <param name="newest">The latest time that a row may have.</param>
    public static GeneratedFile Large(Random random, int number, DateTimeOffset newest)
    {
        GeneratedFile[] parts = [.. Enumerable.Range(0, 12).Select(_ => Random(random, number, newest))];
        return parts[0] with { RowGroups = [.. parts.SelectMany(part => part.RowGroups)] };
    }

    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var output = new ManagedOutputStream(buffer, leaveOpen: true))
        {
            Column[] columns =
            [
                new Column<DateTime?>("timestamp", LogicalType.Timestamp(isAdjustedToUtc: !IsLocal, timeUnit: ParquetSharp.TimeUnit.Micros)),
                new Column<string>("region"), new Column<double?>("value"), new Column<string>("unit"), new Column<string>("measurement_type"),
                new Column<string>("energy_source"), new Column<string>("quality_flag"),
            ];
            using var writer = new ParquetFileWriter(output, columns, Compression.Snappy);
            foreach (IReadOnlyList<GeneratedRow> rows in RowGroups)
            {
                using RowGroupWriter group = writer.AppendRowGroup();
                Write(group, rows, row => row.Time);
                Write(group, rows, row => row.Region!);
                Write(group, rows, row => row.Value);
                Write(group, rows, _ => "MW");
                Write(group, rows, _ => "power");
                Write(group, rows, row => row.Source!);
                Write(group, rows, row => row.QualityFlag!);
            }

            writer.Close();
        }

        return buffer.ToArray();
    }

    private static void Write<T>(RowGroupWriter group, IReadOnlyList<GeneratedRow> rows, Func<GeneratedRow, T> cell)
    {
        using LogicalColumnWriter<T> column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch([.. rows.Select(cell)]);
    }

    /// <summary>Creates a row, which is sometimes invalid.</summary>
    /// <param name="random">The random numbers.</param>
    /// <param name="newest">The latest time that the row may have.</param>
    public static GeneratedRow RandomRow(Random random, DateTimeOffset newest)
    {
        int hour = random.Next(Hours);
        DateTime time = newest.UtcDateTime.AddHours(-hour);
        return new GeneratedRow(
            random.Next(50) == 0 ? null : DateTime.SpecifyKind(time, DateTimeKind.Utc),
            random.Next(60) == 0 ? null : Regions[random.Next(Regions.Length)],
            Sources[random.Next(Sources.Length)],
            Flags[random.Next(Flags.Length)],
            random.Next(30) switch { 0 => null, 1 => double.NaN, _ => Math.Round(random.NextDouble() * 1_000, 3) });
    }
}

/// <summary>A row of a generated file of the generation dataset. A null is a null in the file.</summary>
internal sealed record GeneratedRow(DateTime? Time, string? Region, string? Source, string? QualityFlag, double? Value)
{
    /// <summary>Gets a value indicating whether the row can be stored.</summary>
    public bool IsValid => Time is not null && !string.IsNullOrEmpty(Region) && !string.IsNullOrEmpty(Source) && Value is { } value && double.IsFinite(value);

    /// <summary>Gets the time and dimensions that identify the stored record.</summary>
    public RecordIdentity Identity => new(Time!.Value, Region!, Source!, QualityFlag);
}

/// <summary>The time and the varying dimensions of a record.</summary>
internal readonly record struct RecordIdentity(DateTime Time, string Region, string Source, string? QualityFlag);
