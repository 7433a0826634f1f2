using System.Text.RegularExpressions;
using Loader.Infrastructure.Mapping;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>Finds units in the names of columns.</summary>
internal static class UnitNames
{
    private static readonly string[] Units = ["GWh", "MWh", "kWh", "Wh", "GW", "MW", "kW", "W"];

    private static readonly Regex InBrackets =
        new(@"[\[(] *(?<unit>[GMk]?Wh?)(med)? *[\])]", MappingRegex.Options | RegexOptions.IgnoreCase);

    private static readonly Regex Suffix = new(
        @"(^|[^A-Za-z0-9])(?<unit>[GMk]?Wh?)(med)? *$|(?<unit>mw)med *$|^(?<unit>kwh)/", MappingRegex.Options | RegexOptions.IgnoreCase);

    /// <summary>Finds the unit that a name ends with, or that is in brackets.</summary>
    /// <param name="name">The name of a column.</param>
    /// <returns>The unit, such as <c>MW</c>, or <see langword="null"/>.</returns>
    public static string? Find(string name)
    {
        string shown = name.Length <= 200 ? name : name[^200..];
        Match match = InBrackets.Match(shown);
        match = match.Success ? match : Suffix.Match(shown);
        return match.Success
            ? Array.Find(Units, unit => string.Equals(unit, match.Groups["unit"].Value, StringComparison.OrdinalIgnoreCase))
            : null;
    }

    /// <summary>Returns what a unit measures: <c>energy</c> or <c>power</c>.</summary>
    public static string TypeOf(string unit) => unit.EndsWith('h') ? "energy" : "power";
}
