using System.Text;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Protocol;

namespace Loader.Infrastructure.InfluxDb.Reading;

/// <summary>The points of some series in a range of time that one query asks for.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Series">The series.</param>
/// <param name="From">The first time, in nanoseconds since 1970.</param>
/// <param name="To">The last time, inclusive.</param>
internal sealed record PointRange(DatasetType Dataset, IReadOnlyList<Series> Series, long From, long To)
{
    /// <summary>The maximum length of a response. If a range has more points, it is divided.</summary>
    public const int MaxResponseBytes = 16 * 1024 * 1024;

    /// <summary>
    /// The maximum length of the conditions on tags. Without them a query gives more points than needed, and the same result.
    /// </summary>
    private const int MaxConditionLength = 6_000;

    /// <summary>Gets a value indicating whether the range can be divided.</summary>
    public bool IsDivisible => From < To || Series.Count > 1;

    /// <summary>Divides the range by time or, if it is a single time, by series.</summary>
    public (PointRange First, PointRange Second) Divide()
    {
        if (From < To)
        {
            long middle = From + ((To - From) / 2);
            return (this with { To = middle }, this with { From = middle + 1 });
        }

        int half = Series.Count / 2;
        return (this with { Series = [.. Series.Take(half)] }, this with { Series = [.. Series.Skip(half)] });
    }

    /// <summary>
    /// Returns the conditions on the tags that every point has, such as <c> AND ("region" = 'SE' OR "region" = 'NE')</c>. They may let
    /// points of other series pass, which <see cref="SeriesByKey"/> does not have.
    /// </summary>
    /// <param name="quote">Returns a text as a literal.</param>
    public string TagConditions(Func<string, string> quote)
    {
        var conditions = new StringBuilder();
        foreach (string tag in new[] { ColumnNames.Region, Dataset.SubjectColumn, ColumnNames.MeasurementType })
        {
            IEnumerable<string> values = Series.Select(series => series.Dimensions.Single(dimension => dimension.Name == tag).Value)
                .Distinct(StringComparer.Ordinal);
            conditions.Append(" AND (").AppendJoin(" OR ", values.Select(value => $"\"{tag}\" = {quote(value)}")).Append(')');
        }

        return conditions.Length > MaxConditionLength ? "" : conditions.ToString();
    }

    /// <summary>Returns the series by the keys of their tags.</summary>
    public Dictionary<string, Series> SeriesByKey() => Series.ToDictionary(SeriesTags.KeyOf, StringComparer.Ordinal);
}
