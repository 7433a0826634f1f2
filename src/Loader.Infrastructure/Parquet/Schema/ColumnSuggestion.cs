using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>Suggests the column that is probably meant when one is missing.</summary>
internal static class ColumnSuggestion
{
    /// <summary>Names that other tools use for the content of these columns.</summary>
    private static readonly Dictionary<string, string[]> OtherNames = new(StringComparer.Ordinal)
    {
        [ColumnNames.Timestamp] = ["time", "datetime", "date", "ts", "instant", "periodstart", "starttime", "utc", "dininstante"],
        [ColumnNames.Value] =
        [
            "val", "values", "amount", "measurement", "power", "energy", "mw", "mwh", "load", "demand", "valgeracao", "valcarga",
            "valcargaenergiamwmed", "valcargaenergiahomwmed", "valintercambiomwmed",
        ],
        [ColumnNames.Unit] = ["units", "uom", "measure"],
        [ColumnNames.Region] = ["subsystem", "area", "zone", "country", "biddingzone", "subsistema", "nomsubsistema", "idsubsistema"],
        [ColumnNames.MeasurementType] = ["type", "measurement", "measure", "metric", "kind"],
        [DatasetType.Generation.SubjectColumn] = ["source", "fuel", "fueltype", "technology", "energytype"],
        [DatasetType.Consumption.SubjectColumn] = ["consumer", "customertype", "sector", "class"],
        [DatasetType.Transmission.SubjectColumn] = ["line", "lineid", "linename", "circuit"],
    };

    /// <summary>Finds a column with a similar name that is not used otherwise.</summary>
    /// <param name="schema">The file's schema.</param>
    /// <param name="name">The name of the missing column.</param>
    /// <returns>The column's name, or <see langword="null"/>.</returns>
    public static string? Find(FileSchema schema, string name)
    {
        string wanted = Normalize(name);
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (SchemaColumn column in schema.Columns)
        {
            if (OtherNames.ContainsKey(column.Name) || column.Name is ColumnNames.QualityFlag || column.Name.StartsWith('_'))
            {
                continue;
            }

            int distance = Distance(Normalize(column.Name), wanted, name);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (column.Name, distance);
            }
        }

        return best;
    }

    /// <summary>
    /// 0 for another spelling, 1 for an additional prefix or suffix, 2 for a typing error, 3 for a synonym, otherwise
    /// <see cref="int.MaxValue"/>.
    /// </summary>
    private static int Distance(string candidate, string wanted, string name) =>
        candidate.Length == 0 ? int.MaxValue
        : candidate == wanted ? 0
        : wanted.Length >= 4
            && (candidate.StartsWith(wanted, StringComparison.Ordinal) || candidate.EndsWith(wanted, StringComparison.Ordinal)) ? 1
        : wanted.Length >= 4 && Math.Abs(candidate.Length - wanted.Length) <= 2
            && EditDistance.Of(candidate, wanted) <= (wanted.Length >= 8 ? 2 : 1) ? 2
        : OtherNames[name].Contains(candidate, StringComparer.Ordinal) ? 3
        : int.MaxValue;

    private static string Normalize(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
