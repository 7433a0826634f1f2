using System.Globalization;
using System.Text;
using Loader.Domain;

namespace Loader.Infrastructure.InfluxDb.Protocol;

/// <summary>Finds series of a file by the tags of points.</summary>
internal static class SeriesTags
{
    /// <summary>Returns the key of a series: that of the tags of its points, without the version.</summary>
    public static string KeyOf(Series series) => KeyOf(
        series.Dimensions.Where(static tag => tag.Name != ColumnNames.DatasetType).Select(static tag => (tag.Name, tag.Value)));

    /// <summary>Returns a text that is equal for equal tags in any order. An absent tag is an empty one to InfluxQL.</summary>
    public static string KeyOf(IEnumerable<(string Name, string Value)> tags)
    {
        var key = new StringBuilder();
        foreach ((string name, string value) in tags.Where(static tag => tag.Value.Length > 0)
            .OrderBy(static tag => tag.Name, StringComparer.Ordinal))
        {
            key.Append(CultureInfo.InvariantCulture, $"{name.Length} {name}{value.Length} {value}");
        }

        return key.ToString();
    }
}
