using System.Globalization;
using System.Text.RegularExpressions;

namespace Loader.Infrastructure.Mapping;

/// <summary>Finds what is wrong with a mapping, whatever files it is used for.</summary>
internal static class MappingValidator
{
    /// <summary>Stands in a draft for a text that nobody has decided yet.</summary>
    public const string Placeholder = "?";

    // No source needs more. What is tried for every row or column, or is compiled, must not grow with the size of the file.
    private const int MaxKeyLength = 1_000;
    private const int MaxFormats = 20;
    private const int MaxNullWords = 100;
    private const int MaxJoinedColumns = 20;
    private const int MaxUnpivotedColumns = 10_000;
    private const int MaxGroups = 20;
    private const int MaxConditions = 100;

    /// <summary>Finds all faults.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <returns>The faults, each with its path.</returns>
    public static IReadOnlyList<string> FindFaults(SourceMapping mapping)
    {
        var faults = new List<string>();
        CheckKeys(mapping.Keys, faults);
        CheckDecided("timestamp.column", mapping.Timestamp.Column, faults);
        CheckDecided("value.column", mapping.Value.Column, faults);
        CheckTime(mapping.Timestamp, faults);
        CheckValue(mapping, faults);
        HashSet<string> groups = CheckUnpivot(mapping.Unpivot, faults);
        foreach ((string name, FieldSource? field) in FieldsOf(mapping))
        {
            CheckField(name, field, mapping.Unpivot is null ? null : groups, faults);
        }

        CheckWhere(mapping.Where, faults);
        if (mapping.Quality?.Step is { } step && step.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            faults.Add("quality.step: must be a whole number of minutes");
        }

        return [.. faults.Select(fault => $"{mapping.Name}: {fault}")];
    }

    /// <summary>Lists the fields that make the series, with their names in JSON.</summary>
    public static IEnumerable<(string Name, FieldSource? Field)> FieldsOf(SourceMapping mapping) =>
    [
        ("unit", mapping.Unit),
        ("measurementType", mapping.MeasurementType),
        ("region", mapping.Region),
        (MappingReader.SubjectOf(mapping.Dataset), mapping.Subject),
        ("qualityFlag", mapping.QualityFlag),
    ];

    private static void CheckKeys(IReadOnlyList<string> keys, List<string> faults)
    {
        for (int i = 0; i < keys.Count; i++)
        {
            if (keys[i].Length > MaxKeyLength)
            {
                faults.Add($"keys[{i}]: has {keys[i].Length} characters; allowed are {MaxKeyLength}");
            }
        }
    }

    private static void CheckCount(string path, int count, int max, List<string> faults)
    {
        if (count > max)
        {
            faults.Add($"{path}: has {count} entries; allowed are {max}");
        }
    }

    private static void CheckDecided(string path, string? column, List<string> faults)
    {
        if (column == Placeholder)
        {
            faults.Add($"{path}: '{Placeholder}' stands for a decision that is still open");
        }
    }

    private static void CheckTime(TimeSource time, List<string> faults)
    {
        if (time.Column is not null && (time.Date ?? time.Time ?? time.Period) is not null)
        {
            faults.Add("timestamp: needs either column, or date with time or period");
        }

        if ((time.Time is not null || time.Period is not null) && time.Date is null)
        {
            faults.Add("timestamp: time and period need a date");
        }

        if (time.Time is not null && time.Period is not null)
        {
            faults.Add("timestamp: needs either time or period");
        }

        if (time.TimeFormats.Count > 0 && time.Time is null)
        {
            faults.Add("timestamp.timeFormat: needs time");
        }

        if (time.Step is null && (time.IsEnd || time.Period is not null))
        {
            faults.Add($"timestamp.step: missing; {(time.IsEnd ? "label end" : "period")} needs it");
        }

        if (time.Zone is { } zone && MappingZone.Find(zone) is null)
        {
            faults.Add(
                $"timestamp.zone: '{zone}' is neither a time zone of this system, such as America/Sao_Paulo, nor an offset such as +10:00");
        }

        if (time.IgnoreUtcFlag && time.Zone is null)
        {
            faults.Add("timestamp.ignoreUtcFlag: needs a zone");
        }

        CheckFormats("timestamp.format", time.Formats, faults);
        CheckFormats("timestamp.timeFormat", time.TimeFormats, faults);
    }

    /// <summary>A format is good if it reads what it writes.</summary>
    private static void CheckFormats(string path, IReadOnlyList<string> formats, List<string> faults)
    {
        CheckCount(path, formats.Count, MaxFormats, faults);
        var sample = new DateTimeOffset(2024, 11, 23, 21, 47, 58, TimeSpan.FromHours(1));
        foreach (string format in formats)
        {
            try
            {
                if (format.Length is >= 2 and <= 100
                    && DateTimeOffset.TryParseExact(
                        sample.ToString(format, CultureInfo.InvariantCulture),
                        format,
                        CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal,
                        out _))
                {
                    continue;
                }
            }
            catch (FormatException)
            {
                // The message below says so.
            }

            faults.Add($"{path}: '{format}' is not a format of times, such as dd.MM.yyyy HH:mm");
        }
    }

    private static void CheckValue(SourceMapping mapping, List<string> faults)
    {
        ValueSource value = mapping.Value;
        if (value.Column is not null && mapping.Unpivot is not null)
        {
            faults.Add("value.column: the columns of unpivot are the values");
        }

        if (!double.IsFinite(value.DivideBy) || value.DivideBy == 0)
        {
            faults.Add("value.divideBy: must be a number other than 0");
        }

        CheckCount("value.text.null", value.Text.Null.Count, MaxNullWords, faults);
        if (value.PerHour && mapping.Timestamp.Step is null)
        {
            faults.Add("timestamp.step: missing; perHour needs it");
        }

        if (!IsSign(value.Text.DecimalSign))
        {
            faults.Add($"value.text.decimal: '{value.Text.DecimalSign}' is not a sign of ASCII other than digits, + and -");
        }

        if (value.Text.ThousandsSign is { } thousands && (!IsSign(thousands) || thousands == value.Text.DecimalSign))
        {
            faults.Add($"value.text.thousands: '{thousands}' is not a sign of ASCII other than digits, +, - and the decimal sign");
        }
    }

    private static bool IsSign(char sign) =>
        char.IsAscii(sign) && !char.IsAsciiLetterOrDigit(sign) && !char.IsControl(sign) && sign is not ('+' or '-');

    private static HashSet<string> CheckUnpivot(UnpivotSource? unpivot, List<string> faults)
    {
        var groups = new HashSet<string>(StringComparer.Ordinal);
        if (unpivot is null)
        {
            return groups;
        }

        if (unpivot.Pattern is null == unpivot.Columns is null)
        {
            faults.Add("unpivot.columns: needs either a regular expression or columns");
        }
        else if (unpivot.Pattern is { } pattern)
        {
            Regex? regex = MappingRegex.TryCreate(pattern, out string? fault);
            if (regex is null)
            {
                faults.Add($"unpivot.columns: {fault}");
            }
            else
            {
                groups.UnionWith(regex.GetGroupNames().Where(name => !char.IsAsciiDigit(name[0])));
            }
        }
        else if (unpivot.Columns!.Count == 0)
        {
            faults.Add("unpivot.columns: names no column");
        }
        else
        {
            CheckCount("unpivot.columns", unpivot.Columns.Count, MaxUnpivotedColumns, faults);
            groups.UnionWith(unpivot.Columns.Values.SelectMany(column => column.Keys));
            if (groups.Count > MaxGroups)
            {
                faults.Add($"unpivot.columns: has {groups.Count} groups; allowed are {MaxGroups}");
                return groups;
            }

            foreach ((string column, IReadOnlyDictionary<string, string> texts) in unpivot.Columns)
            {
                string[] missing = [.. groups.Where(group => !texts.ContainsKey(group))];
                if (missing.Length > 0)
                {
                    faults.Add($"unpivot.columns.{column}: has no {string.Join(", ", missing)}, which other columns have");
                }
            }
        }

        return groups;
    }

    private static void CheckField(string name, FieldSource? field, HashSet<string>? groups, List<string> faults)
    {
        if (field is null)
        {
            return;
        }

        int sources = (field.Columns.Count > 0 ? 1 : 0) + (field.Constant is null ? 0 : 1) + (field.Key is null ? 0 : 1)
            + (field.FileName is null ? 0 : 1) + (field.Match is null ? 0 : 1);
        if (sources != 1)
        {
            faults.Add($"{name}: has {sources} sources; needs exactly one of column, columns, constant, key, fileName and match");
        }

        CheckCount($"{name}.columns", field.Columns.Count, MaxJoinedColumns, faults);
        if (field.Constant is { Length: 0 } && name != "qualityFlag")
        {
            faults.Add($"{name}.constant: must not be empty");
        }

        if (field.FileName is { } pattern)
        {
            Regex? regex = MappingRegex.TryCreate(pattern, out string? fault);
            if (regex is null)
            {
                faults.Add($"{name}.fileName: {fault}");
            }
            else if (!regex.GetGroupNames().Contains("value"))
            {
                faults.Add($"{name}.fileName: has no group 'value', such as (?<value>[A-Z]+)");
            }
        }

        if (field.Match is { } match && groups?.Contains(match) is not true)
        {
            faults.Add(groups is null
                ? $"{name}.match: needs unpivot"
                : $"{name}.match: unpivot has no group '{match}'"
                    + (groups.Count is 0 or > MaxGroups ? "" : $"; it has {string.Join(", ", groups.Order(StringComparer.Ordinal))}"));
        }
    }

    private static void CheckWhere(IReadOnlyList<RowCondition> where, List<string> faults)
    {
        CheckCount("where", where.Count, MaxConditions, faults);
        for (int i = 0; i < where.Count; i++)
        {
            if (where[i].Values.Count == 0)
            {
                faults.Add($"where[{i}]: names no text");
            }
        }
    }
}
