using Loader.Domain;
using Loader.Infrastructure.Mapping;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>A mapping that is being drafted.</summary>
/// <param name="file">The file.</param>
/// <param name="dataset">The dataset.</param>
/// <param name="name">The mapping's name.</param>
internal sealed class MappingDraft(SuggestedFile file, DatasetType dataset, string name)
{
    /// <summary>The placeholder of a text that is left open. The validation of mappings refuses it.</summary>
    public const string Open = MappingValidator.Placeholder;

    /// <summary>Gets or sets the mapping.</summary>
    public SourceMapping Mapping { get; set; } = new() { Name = name, Dataset = dataset, Keys = [file.KeyPattern()] };

    /// <summary>Gets what a person must decide.</summary>
    public List<string> Questions { get; } = [];

    /// <summary>Gets what the draft takes for granted or leaves out.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Gets a field without a source, which the validation refuses.</summary>
    public static FieldSource OpenField => new();

    /// <summary>Makes a field of a column. Blanks around codes are removed, because they would make other series.</summary>
    public static FieldSource Column(params IReadOnlyList<string> columns) =>
        new() { Columns = columns, Join = columns.Count > 1 ? "-" : "", Text = new TextRule { Trim = true } };

    public static FieldSource Constant(string text) => new() { Constant = text };

    public static FieldSource Match(string group) => new() { Match = group };

    /// <summary>Takes times from a column: its format, and the zone unless the column has one.</summary>
    /// <param name="column">The column.</param>
    /// <param name="zone">The zone that is known, or <see langword="null"/>.</param>
    public void SetTime(SuggestedColumn column, string? zone)
    {
        bool hasZone = column.IsUtc || column.Time is { HasOffset: true };
        if (!hasZone && zone is null)
        {
            Questions.Add(
                $"timestamp.zone: the times of '{column.Name}' have no zone; give an IANA name, an offset such as +10:00, or UTC");
        }

        Mapping = Mapping with
        {
            Timestamp = Mapping.Timestamp with
            {
                Column = column.Name,
                Formats = FormatOf("timestamp.format", column),
                Zone = hasZone ? null : zone ?? Open,
            },
        };
    }

    /// <summary>Returns the format of a column of texts: none for ISO 8601.</summary>
    public IReadOnlyList<string> FormatOf(string path, SuggestedColumn column)
    {
        if (column.Time?.Format is not { } format)
        {
            if (column is { IsText: true, Time: null })
            {
                Questions.Add($"{path}: the texts of '{column.Name}' have no format that is known, such as dd.MM.yyyy HH:mm");
                return [Open];
            }

            return [];
        }

        if (column.Time.OtherFormat is { } other)
        {
            Questions.Add($"{path}: the times of '{column.Name}' can be {format} or {other}");
            return [Open];
        }

        return [format];
    }

    /// <summary>Takes values from one column.</summary>
    public void SetValue(SuggestedColumn column)
    {
        Mapping = Mapping with { Value = TextOf([column]) with { Column = column.Name } };
        if (column.Number is { IsAmbiguous: true })
        {
            Mapping = Mapping with { Value = Mapping.Value with { Column = Open } };
            Questions.Add(
                $"value.column: the comma in '{column.Name}' can be a decimal sign or a thousands sign; "
                + "name the column, with text.decimal or text.thousands");
        }
    }

    /// <summary>Makes rows of several columns.</summary>
    public void SetUnpivot(UnpivotSource unpivot, params IReadOnlyList<SuggestedColumn> columns)
    {
        Mapping = Mapping with { Unpivot = unpivot, Value = TextOf(columns) };
        if (columns.Any(column => column.Number is { IsAmbiguous: true }))
        {
            Mapping = Mapping with { Value = Mapping.Value with { Column = Open } };
            Questions.Add("value: the comma of its texts can be a decimal sign or a thousands sign; set text.decimal or text.thousands");
        }
    }

    /// <summary>Makes rows of columns that a group tells apart.</summary>
    public void SetUnpivot(string group, params IReadOnlyList<(SuggestedColumn Column, string Text)> columns) => SetUnpivot(
        new UnpivotSource
        {
            Columns = columns.ToDictionary(
                pair => pair.Column.Name,
                pair => (IReadOnlyDictionary<string, string>)new Dictionary<string, string> { [group] = pair.Text }),
        },
        [.. columns.Select(pair => pair.Column)]);

    /// <summary>Adds a condition.</summary>
    public void Filter(string column, bool isExcluding, params IReadOnlyList<string> texts) => Mapping = Mapping with
    {
        Where = [.. Mapping.Where, new RowCondition(column) { Trim = true, IsExcluding = isExcluding, Values = texts }],
    };

    /// <summary>Several columns of text have one way to write numbers, with the words for null of all.</summary>
    private ValueSource TextOf(IReadOnlyList<SuggestedColumn> columns)
    {
        NumberText[] texts = [.. columns.Select(column => column.Number?.Text).OfType<NumberText>()];
        if (texts.Length == 0)
        {
            return new ValueSource();
        }

        (char, char?)[] signs = [.. texts.Select(text => (text.DecimalSign, text.ThousandsSign)).Distinct()];
        if (signs.Length > 1)
        {
            Questions.Add("value.text: its columns write numbers in several ways; name only columns that write them alike");
        }

        string[] nulls = [.. texts.SelectMany(text => text.Null).Distinct(StringComparer.Ordinal)];
        return new ValueSource { Text = texts[0] with { Null = nulls }, Column = signs.Length > 1 ? Open : null };
    }
}
