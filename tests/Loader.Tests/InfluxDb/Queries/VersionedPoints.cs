using System.Globalization;
using System.Text;

namespace Loader.Tests.InfluxDb.Queries;

/// <summary>A point of the layout <c>versions</c>.</summary>
internal sealed record VersionedPoint(string Region, string Source, string MeasurementType, string? QualityFlag, DateTime Time, string Version, double Value)
{
    /// <summary>Gets what identifies the measurement: all but version and value.</summary>
    public (string Region, string Source, string MeasurementType, string? QualityFlag, DateTime Time) Identity => (Region, Source, MeasurementType, QualityFlag, Time);

    /// <summary>Gets the time in nanoseconds since the epoch.</summary>
    public long Nanoseconds => (Time - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>Returns the start of its bucket in nanoseconds since the epoch.</summary>
    public long Bucket(int hours) => Nanoseconds - (Nanoseconds % (hours * 3_600_000_000_000L));
}

/// <summary>
/// Points of many loads in any order, and what their readers must see, computed from the points alone. Values are multiples of 1/4, so that sums are exact in any
/// order.
/// </summary>
internal sealed class VersionedPoints
{
    public const int Hours = 48;

    public static readonly DateTime Start = new(2024, 1, 29, 0, 0, 0, DateTimeKind.Utc);

    private static readonly string[] Regions = ["N", "S E", "O'Brien", "a/b (1)"];
    private static readonly string[] Sources = ["wind", "hydro,run", "x=y.*"];
    private static readonly string[] Types = ["actual", "forecast"];
    private static readonly string?[] Flags = [null, "measured"];

    private VersionedPoints(List<VersionedPoint> points) => All = points;

    /// <summary>Gets the points in the order in which they are written.</summary>
    public IReadOnlyList<VersionedPoint> All { get; }

    /// <summary>Gets for each identity the point with the highest version text.</summary>
    public IEnumerable<VersionedPoint> Newest => All.GroupBy(point => point.Identity).Select(versions => versions.MaxBy(point => point.Version, StringComparer.Ordinal)!);

    /// <summary>Gets the newest of each region, source, measurement type and time, whatever its quality flag.</summary>
    public IEnumerable<VersionedPoint> NewestOfAllFlags =>
        All.GroupBy(point => point.Identity with { QualityFlag = null }).Select(versions => versions.MaxBy(point => point.Version, StringComparer.Ordinal)!);

    /// <summary>Gets the points that a newer version replaced.</summary>
    public IEnumerable<VersionedPoint> Superseded => All.Except(Newest);

    /// <summary>Creates points: up to five versions of each time, whose quality flag may change, and some times have none.</summary>
    public static VersionedPoints Generate(int seed)
    {
        var random = new Random(seed);

        // Two loads have the same object version and differ in their hash; the objects have up to three row groups.
        string[] loads = [Version(1_706_000_000_000, 0, "ffffffff"), Version(1_706_000_000_000, 2, "ffffffff"), Version(1_706_500_000_000, 0, "0a0a0a0a"), Version(1_706_500_000_000, 0, "0b0b0b0b"), Version(1_707_000_000_000, 1, "00000000")];
        var points = new List<VersionedPoint>();
        foreach (string region in Regions)
        {
            foreach (string source in Sources)
            {
                foreach (string type in Types)
                {
                    for (int hour = 0; hour < Hours; hour++)
                    {
                        points.AddRange(loads.Where(_ => random.Next(3) > 0).Select(version =>
                            new VersionedPoint(region, source, type, Flags[random.Next(Flags.Length)], Start.AddHours(hour), version, random.Next(-4_000, 4_000) / 4.0)));
                    }
                }
            }
        }

        VersionedPoint[] shuffled = [.. points];
        random.Shuffle(shuffled);
        return new VersionedPoints([.. shuffled]);
    }

    /// <summary>Keeps the points that the choice selects.</summary>
    public VersionedPoints Where(Choice choice) => new([.. All.Where(point =>
        choice.Regions.Contains(point.Region, StringComparer.Ordinal) && choice.Sources.Contains(point.Source, StringComparer.Ordinal) && point.Time >= choice.From && point.Time <= choice.To)]);

    /// <summary>Writes the points as lines of the layout <c>versions</c>, with times in nanoseconds.</summary>
    public string Lines(string table, string sourceColumn) => Lines(All, table, sourceColumn, point => $",version={point.Version} value={Number(point.Value)}");

    /// <summary>Writes the newest points as lines of the layout <c>plain</c>.</summary>
    public string PlainLines(string table, string sourceColumn) => Lines(Newest, table, sourceColumn, point => $" value={Number(point.Value)}");

    /// <summary>Writes all points as lines of the layout <c>overwrite</c>, oldest version first, so that the newest arrives last.</summary>
    public string OverwriteLines(string table, string sourceColumn) => Lines(
        All.OrderBy(point => point.Version, StringComparer.Ordinal),
        table,
        sourceColumn,
        point => $" value={Number(point.Value)},version={long.Parse(point.Version[..19], CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)}i");

    private static string Lines(IEnumerable<VersionedPoint> points, string table, string sourceColumn, Func<VersionedPoint, string> rest)
    {
        var lines = new StringBuilder();
        foreach (VersionedPoint point in points)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{table},region={Escape(point.Region)},{sourceColumn}={Escape(point.Source)},measurement_type={point.MeasurementType}")
                .Append(point.QualityFlag is null ? string.Empty : $",quality_flag={point.QualityFlag}")
                .Append(rest(point)).Append(' ').Append(point.Nanoseconds.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        return lines.ToString();
    }

    private static string Version(long objectVersion, int rowGroup, string hash) => string.Create(CultureInfo.InvariantCulture, $"{(objectVersion << 21) + rowGroup:D19}-{hash}");

    private static string Escape(string text) => text.Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
