using System.Globalization;
using System.Text;
using Loader.Domain;
using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>A mistake that an escaper can make.</summary>
internal enum EscapingMistake
{
    None,
    BareCommas,
    BareEqualsSigns,
    BareSpaces,
    SingleBackslashesOnEngine3,
    DoubleBackslashesOnEngine2,
    TrailingBackslashes,
    Newlines,
    TabsOnEngine3,
    BareQuotesInUnits,
    BareBackslashesInUnits,
    CarriageReturnsRemoved,
    HiddenEndsOnEngine2,
    EverythingUnusualInvalid,
}

/// <summary>Lines as section 3 of the InfluxDB reference says them, made character by character; and with a mistake, to show that the judge finds it.</summary>
internal static class LineByTheRules
{
    public static byte[]? Write(Series series, InfluxEngine engine, EscapingMistake mistake)
    {
        if (series.Fault != RejectionReason.None || (mistake == EscapingMistake.EverythingUnusualInvalid && series.Dimensions.Any(dimension => !dimension.Value.All(char.IsAscii))))
        {
            return null;
        }

        var line = new StringBuilder(EscaperJudge.Table);
        foreach (Dimension dimension in series.Dimensions)
        {
            if (dimension.Name == ColumnNames.DatasetType)
            {
                continue;
            }

            if (!CanBeWritten(dimension.Value, engine, mistake))
            {
                return null;
            }

            line.Append(CultureInfo.InvariantCulture, $",{dimension.Name}=");
            AppendTag(line, dimension.Value, engine, mistake);
        }

        if (engine == InfluxEngine.Version2 && mistake != EscapingMistake.HiddenEndsOnEngine2 && HidesItsEnd(line.ToString()))
        {
            return null;
        }

        line.Append(" value=1");
        if (engine == InfluxEngine.Version3)
        {
            line.Append(CultureInfo.InvariantCulture, $",unit=\"{Quoted(series.Unit!, mistake)}\"");
        }

        return Encoding.UTF8.GetBytes(line.ToString());
    }

    private static bool CanBeWritten(string text, InfluxEngine engine, EscapingMistake mistake) =>
        (mistake == EscapingMistake.TrailingBackslashes || !text.EndsWith('\\'))
        && (mistake == EscapingMistake.Newlines || !text.Contains('\n', StringComparison.Ordinal))
        && (mistake == EscapingMistake.TabsOnEngine3 || engine == InfluxEngine.Version2 || !text.Contains('\t', StringComparison.Ordinal));

    /// <summary>
    /// Returns whether engine 2 overlooks the end of a line with this measurement and these tags. It looks for the end of a line before it parses it, skips the
    /// character after a backslash, and takes the first other space for the end of the tags. In <c>\\ </c>, a backslash and an escaped space, that is the space.
    /// From there on a quote after an <c>=</c> seems to open a text, in which a newline does not count (influxdata/influxdb, models/points.go, scanLine).
    /// </summary>
    private static bool HidesItsEnd(string tags)
    {
        bool inFields = false, inQuotes = false;
        int equals = 0, commas = 0;
        for (int i = 0; i < tags.Length; i++)
        {
            switch (tags[i])
            {
                case '\\':
                    i++;
                    break;
                case ' ':
                    inFields = true;
                    break;
                case '=' when inFields && !inQuotes:
                    equals++;
                    break;
                case ',' when inFields && !inQuotes:
                    commas++;
                    break;
                case '"' when inFields && equals > commas:
                    inQuotes = !inQuotes;
                    break;
                default:
                    break;
            }
        }

        return inQuotes;
    }

    private static void AppendTag(StringBuilder line, string text, InfluxEngine engine, EscapingMistake mistake)
    {
        foreach (char character in text)
        {
            bool isEscaped = character switch
            {
                ',' => mistake != EscapingMistake.BareCommas,
                '=' => mistake != EscapingMistake.BareEqualsSigns,
                ' ' => mistake != EscapingMistake.BareSpaces,
                '\\' when engine == InfluxEngine.Version3 => mistake != EscapingMistake.SingleBackslashesOnEngine3,
                '\\' => mistake == EscapingMistake.DoubleBackslashesOnEngine2,
                _ => false,
            };
            line.Append(isEscaped ? "\\" : string.Empty);
            line.Append(character == '\r' && mistake == EscapingMistake.CarriageReturnsRemoved ? string.Empty : character.ToString());
        }
    }

    private static string Quoted(string text, EscapingMistake mistake)
    {
        string escaped = mistake == EscapingMistake.BareBackslashesInUnits ? text : text.Replace("\\", "\\\\", StringComparison.Ordinal);
        return mistake == EscapingMistake.BareQuotesInUnits ? escaped : escaped.Replace("\"", "\\\"", StringComparison.Ordinal);
    }
}
