using System.Text;
using System.Text.Json;
using Loader.Domain;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Lines;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>
/// Judges how texts are escaped: a text that was written must be read back as it is, and a row may be invalid only if InfluxDB cannot store its texts. It knows
/// nothing of how lines are made: <c>write</c> returns the line of a row of a series with the value 1, without its time, or null if the row is invalid.
/// </summary>
internal static class EscaperJudge
{
    public const string Table = "generation";

    private const string Plain = "x";
    private const string Next = $"{Table},region=N value=2 7";

    private static readonly string DescribedNext = Describe(StoredPoint.Create([new("region", "N")], 7, [new("value", InfluxValue.Of(2.0))]));

    /// <summary>Makes a series of each text, which is in turn its region, source, measurement type, quality flag and unit. Other values are plain.</summary>
    public static List<Series> SeriesOf(IEnumerable<string> texts) => [.. texts.Select((text, i) =>
    {
        string In(int position) => i % 5 == position ? text : Plain;
        var catalog = new SeriesCatalog(DatasetType.Generation);
        catalog.Intern(new SeriesKey(In(0), In(1), In(2), In(3), In(4)));
        return catalog.Snapshot.Span[0];
    })];

    /// <summary>Reads every line, with another line after it, by the fake's parser of an engine.</summary>
    /// <returns>What was found wrong; empty if nothing was.</returns>
    public static List<string> Judge(IReadOnlyList<Series> all, InfluxEngine engine, Func<Series, InfluxEngine, byte[]?> write)
    {
        var faults = new List<string>();
        int written = 0;
        for (int row = 0; row < all.Count; row++)
        {
            if (Line(all[row], engine, write, row, faults) is not { } line)
            {
                continue;
            }

            // A line that reads right alone can still hide its end, and then it takes the next line with it.
            written++;
            string found = string.Join(" | ", Parse(engine, $"{line}\n{Next}").Select(Describe));
            if (found != $"{Expected(all[row], engine, row)} | {DescribedNext}")
            {
                faults.Add($"{JsonSerializer.Serialize(line)} reads as {found}");
            }
        }

        TestContext.Out.WriteLine($"{engine}: {written} rows written, {all.Count - written} invalid, {faults.Count} wrong.");
        return faults;
    }

    /// <summary>Writes the lines to influxd and reads its points.</summary>
    /// <returns>What was found wrong; empty if nothing was.</returns>
    public static async Task<List<string>> JudgeAsync(IReadOnlyList<Series> all, InfluxdAsEngine2 judge, Func<Series, InfluxEngine, byte[]?> write)
    {
        const int LinesPerRequest = 5_000;
        const int LongestMessage = 500;
        var faults = new List<string>();
        var rows = Enumerable.Range(0, all.Count).Select(row => (Row: row, Line: Line(all[row], InfluxEngine.Version2, write, row, faults)))
            .Where(row => row.Line is not null).ToList();
        await judge.CreateBucketAsync("texts");
        foreach ((int Row, string? Line)[] chunk in rows.Chunk(LinesPerRequest))
        {
            if (await judge.WriteAsync("texts", string.Join('\n', chunk.Select(row => row.Line))) is { } refusal)
            {
                faults.Add(refusal[..Math.Min(refusal.Length, LongestMessage)]);
            }
        }

        IReadOnlyList<StoredPoint> points = await judge.ReadAsync("texts", Table);
        var found = points.ToLookup(point => (int)point.TimeNanoseconds, Describe);
        faults.AddRange(rows.Where(row => !found[row.Row].SequenceEqual([Expected(all[row.Row], InfluxEngine.Version2, row.Row)]))
            .Select(row => $"{JsonSerializer.Serialize(row.Line)} reads as {string.Join(" | ", found[row.Row])}"));
        if (points.Count != rows.Count)
        {
            faults.Add($"{rows.Count} rows were written and {points.Count} points are there.");
        }

        TestContext.Out.WriteLine($"influxd: {rows.Count} rows written, {all.Count - rows.Count} invalid, {points.Count} points read, {faults.Count} wrong.");
        return faults;
    }

    /// <summary>The line of a row with the number of the row as its time, or null if it is invalid, which must have a reason.</summary>
    private static string? Line(Series series, InfluxEngine engine, Func<Series, InfluxEngine, byte[]?> write, int row, List<string> faults)
    {
        if (write(series, engine) is { } line)
        {
            return $"{Encoding.UTF8.GetString(line)} {row}";
        }

        if (CanBeStored(series, engine))
        {
            faults.Add($"{JsonSerializer.Serialize(series.Key)} was judged invalid although engine {engine} can store it.");
        }

        return null;
    }

    // InfluxDB reference, section 3: the only texts that tags cannot have. Of the series with a backslash before a space and a quotation mark, engine 2 can store
    // some and not others (see LineByTheRules). Series without a value or unit are invalid everywhere.
    private static bool CanBeStored(Series series, InfluxEngine engine)
    {
        bool Has(string text) => Tags(series).Any(tag => tag.Value.Contains(text, StringComparison.Ordinal));
        return series.Fault == RejectionReason.None
            && !Tags(series).Any(tag => tag.Value.EndsWith('\\'))
            && !Has("\n")
            && (engine == InfluxEngine.Version2 ? !(Has("\\ ") && Has("\"")) : !Has("\t"));
    }

    private static IEnumerable<LineResult> Parse(InfluxEngine engine, string body) =>
        engine == InfluxEngine.Version2 ? LineProtocol2.Parse(body) : LineProtocol3.Parse(body);

    private static IEnumerable<InfluxTag> Tags(Series series) =>
        series.Dimensions.Where(dimension => dimension.Name != ColumnNames.DatasetType).Select(dimension => new InfluxTag(dimension.Name, dimension.Value));

    // Data model of section 10: the unit is a field of engine 3 only.
    private static string Expected(Series series, InfluxEngine engine, int row) => Describe(StoredPoint.Create(
        Tags(series),
        row,
        engine == InfluxEngine.Version3 ? [new("value", InfluxValue.Of(1.0)), new("unit", InfluxValue.Of(series.Unit!))] : [new("value", InfluxValue.Of(1.0))]));

    private static string Describe(LineResult result) => result.Content is { } line
        ? line.Measurement == Table ? Describe(StoredPoint.Create(line.Tags, line.Time ?? -1, line.Fields)) : $"measurement {line.Measurement}"
        : $"error {result.Error}";

    private static string Describe(StoredPoint point) => JsonSerializer.Serialize(new
    {
        tags = point.Tags.Select(tag => new[] { tag.Key, tag.Value }),
        fields = point.Fields.Select(field => new[] { field.Key, field.Value.ToString() }),
        time = point.TimeNanoseconds,
    });
}
