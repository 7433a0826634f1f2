using System.Globalization;
using System.Xml;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Inspecting;

/// <summary>Describes where a mapping takes each field from, as plain text.</summary>
public static class MappingDescription
{
    private const int MaxNames = 8;

    /// <summary>Describes a mapping without a file.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <returns>One entry for each field and each condition.</returns>
    public static IReadOnlyList<InspectedField> Describe(SourceMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        return Describe(mapping, schema: null, plan: null, key: null);
    }

    /// <summary>Describes a mapping, for one file if its schema and key are given.</summary>
    internal static IReadOnlyList<InspectedField> Describe(SourceMapping mapping, FileSchema? schema, ColumnPlan? plan, string? key)
    {
        InspectedField[] fields =
        [
            new(ColumnNames.Timestamp, DescribeTime(mapping.Timestamp, schema), DescribeRules(mapping.Timestamp)),
            new(ColumnNames.Value, DescribeValue(mapping, schema, plan), DescribeRules(mapping)),
            .. Fields(mapping).Select(field => new InspectedField(
                field.Name,
                Describe(field.Name, field.Source, schema, key),
                field.Source is null ? null : DescribeRules(field.Source.Text))),
            .. mapping.Where.Select(condition => new InspectedField("where", Column(condition.Column, schema), DescribeRules(condition))),
        ];
        return [.. fields.Select(field => new InspectedField(
            field.Field, PlainText.Escape(field.Source), field.Rules is { Length: > 0 } rules ? PlainText.Escape(rules) : null))];
    }

    private static IEnumerable<(string Name, FieldSource? Source)> Fields(SourceMapping mapping) =>
    [
        (ColumnNames.Unit, mapping.Unit),
        (ColumnNames.MeasurementType, mapping.MeasurementType),
        (ColumnNames.Region, mapping.Region),
        (mapping.Dataset.SubjectColumn, mapping.Subject),
        (ColumnNames.QualityFlag, mapping.QualityFlag),
    ];

    private static string DescribeTime(TimeSource time, FileSchema? schema) =>
        time.Date is null ? Column(time.Column ?? ColumnNames.Timestamp, schema)
        : Column(time.Date, schema)
            + (time.Time is { } ofDay ? $", time of day {Column(ofDay, schema)}" : "")
            + (time.Period is { } period ? $", period {Column(period, schema)}" : "");

    private static string? DescribeRules(TimeSource time) => Join(
        time.Formats.Count > 0 ? $"format {Quote(time.Formats)}" : null,
        time.TimeFormats.Count > 0 ? $"time format {Quote(time.TimeFormats)}" : null,
        time.Zone is { } zone ? $"zone {zone}" : null,
        time.IgnoreUtcFlag ? "UTC flag ignored" : null,
        time.IsEnd ? "end of the interval" : null,
        time.Step is { } step ? $"step {XmlConvert.ToString(step)}" : null);

    private static string DescribeValue(SourceMapping mapping, FileSchema? schema, ColumnPlan? plan)
    {
        if (mapping.Unpivot is not { } unpivot)
        {
            return Column(mapping.Value.Column ?? ColumnNames.Value, schema);
        }

        IEnumerable<string>? names = plan?.Mapped?.Values.Select(value => value.Name) ?? unpivot.Columns?.Keys;
        return (names, unpivot.Pattern) switch
        {
            (null, { } pattern) => $"columns that match '{pattern}'",
            ({ } found, { } pattern) => $"{Names([.. found])}, which match '{pattern}'",
            ({ } found, null) => Names([.. found]),
            _ => "no column",
        };
    }

    private static string? DescribeRules(SourceMapping mapping)
    {
        NumberText text = mapping.Value.Text;
        bool hasNulls = text.Null is not [""];
        return Join(
            text.DecimalSign == '.' ? null : $"decimal sign '{text.DecimalSign}'",
            text.ThousandsSign is { } thousands ? $"thousands sign '{thousands}'" : null,
            hasNulls ? $"null {Quote(text.Null)}" : null,
            mapping.Value.DivideBy == 1 ? null : $"divided by {mapping.Value.DivideBy.ToString("R", CultureInfo.InvariantCulture)}",
            mapping.Value.PerHour ? "per hour" : null,
            mapping.Unpivot is { } unpivot ? unpivot.NullsAreInvalid ? "empty cells are invalid" : "empty cells are filtered" : null);
    }

    private static string Describe(string name, FieldSource? field, FileSchema? schema, string? key)
    {
        if (field is null)
        {
            return schema is null ? $"column '{name}' or key segment {name}="
                : Find(name, schema) is not null ? Column(name, schema)
                : key is not null && HiveKey.TryFind(key, name, out string? found) ? $"key segment {name}={found ?? "null"}"
                : "nothing";
        }

        if (field.Columns.Count > 0)
        {
            string columns = string.Join(" and ", field.Columns.Select(column => Column(column, schema)));
            return field.Columns.Count > 1 ? $"{columns}, joined by '{field.Join}'" : columns;
        }

        return field.Constant is { } constant ? $"constant '{constant}'"
            : field.Key is { } segment ? $"key segment {segment}="
                + (key is not null && HiveKey.TryFind(key, segment, out string? value) ? value ?? "null" : "")
            : field.FileName is { } pattern ? $"file name by '{pattern}'"
            : field.Match is { } group ? $"group '{group}' of unpivot"
            : "nothing";
    }

    private static string? DescribeRules(TextRule rule) => Join(
        rule.Trim ? "trim" : null,
        rule.Case switch { TextCase.Upper => "upper case", TextCase.Lower => "lower case", _ => null },
        rule.Map is { } map
            ? $"map of {Number(map.Count)} {(map.Count == 1 ? "text" : "texts")}, others {Describe(rule.Else)}"
            : null);

    private static string Describe(UnknownText fate) => fate switch
    {
        UnknownText.Keep => "are kept",
        UnknownText.Null => "become null",
        UnknownText.Drop => "are filtered",
        _ => "are invalid",
    };

    private static string? DescribeRules(RowCondition condition) => Join(
        condition.Trim ? "trim" : null,
        (condition.IsExcluding ? "not " : "only ") + Quote(condition.Values));

    private static string Column(string name, FileSchema? schema) =>
        schema is null ? $"column '{name}'"
        : Find(name, schema) is { } column ? $"column '{name}' ({column.Element.Describe()})"
        : $"column '{name}' (missing)";

    private static SchemaColumn? Find(string name, FileSchema schema) =>
        schema.Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal));

    private static string Names(IReadOnlyList<string> names) =>
        names.Count == 1 ? $"column '{names[0]}'"
        : $"{Number(names.Count)} columns: {Quote(names)}";

    private static string Quote(IReadOnlyList<string?> texts) =>
        string.Join(", ", texts.Take(MaxNames).Select(text => text is null ? "null" : $"'{text}'"))
        + (texts.Count > MaxNames ? $" and {Number(texts.Count - MaxNames)} more" : "");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Join(params IEnumerable<string?> parts) => string.Join(", ", parts.OfType<string>());
}
