using System.Globalization;
using System.Text;
using Loader.Domain;

namespace Loader.Benchmarks.Influx;

/// <summary>Bodies of line protocol in the layout <c>versions</c>, made beforehand.</summary>
internal static class LineBodies
{
    /// <summary>The last tag of every line.</summary>
    public const string Version = "3649385347481600000-0badf00d";

    public static IReadOnlyList<byte[]> Create(InfluxRows rows, int linesPerBody)
    {
        string[] prefixes = [.. rows.Series.Select(Prefix)];
        var bodies = new List<byte[]>();
        var body = new StringBuilder();
        for (int row = 0; row < rows.Count; row++)
        {
            body.Append(CultureInfo.InvariantCulture, $"{prefixes[rows.SeriesIds[row]]}{rows.Values[row]} {rows.Seconds[row]}\n");
            if ((row + 1) % linesPerBody == 0 || row + 1 == rows.Count)
            {
                bodies.Add(Encoding.UTF8.GetBytes(body.ToString()));
                body.Clear();
            }
        }

        return bodies;
    }

    // The texts of the generated file have nothing to escape.
    private static string Prefix(Series series) => string.Concat(series.Dimensions.Where(dimension => dimension.Name != ColumnNames.DatasetType)
        .Select(dimension => $",{dimension.Name}={dimension.Value}").Prepend("generation").Append($",version={Version} value="));
}
