using Loader.Domain;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>A column that is missing or has an invalid type. All texts are plain text.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Expected">What the dataset requires.</param>
/// <param name="Found">What the file has.</param>
internal sealed record ColumnFault(string Column, string Expected, string Found)
{
    /// <summary>Gets the column of the file that is probably meant, or <see langword="null"/>.</summary>
    public string? Suggestion { get; init; }

    /// <summary>Gets what to do about it, as a sentence, or <see langword="null"/> if that goes without saying.</summary>
    public string? Remedy { get; init; }

    /// <summary>Describes a column that the file does not have.</summary>
    public static ColumnFault Missing(FileSchema schema, string name, ColumnUse use)
    {
        string? suggestion = ColumnSuggestion.Find(schema, name);
        return new ColumnFault(name, ColumnTypes.Describe(use), "nothing")
        {
            Suggestion = suggestion is null ? null : PlainText.Escape(suggestion),
            Remedy = suggestion is null ? ColumnRemedy.ForMissing(schema, use) : ColumnRemedy.ForOtherName(suggestion),
        };
    }

    /// <summary>Describes a column whose type is not valid for its use.</summary>
    public static ColumnFault OfType(SchemaColumn column, ColumnUse use) =>
        new(column.Name, ColumnTypes.Describe(use), column.Element.Describe()) { Remedy = ColumnRemedy.ForType(column, use) };

    /// <summary>Describes several faults. A remedy that several of them have is told once.</summary>
    /// <returns>One text for each fault: the fault, and the remedy behind it.</returns>
    public static IReadOnlyList<string> Describe(IEnumerable<ColumnFault> faults)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. faults.Select(fault => fault.Remedy is { } remedy && told.Add(remedy)
                ? $"{EndSentence(fault.ToString())} {remedy}"
                : fault.ToString()),
        ];
    }

    /// <summary>Ends a text with a full stop, unless it ends with a question.</summary>
    public static string EndSentence(string text) => text.EndsWith('?') ? text : text + ".";

    /// <summary>Describes the fault without its remedy.</summary>
    /// <returns>For example <c>'timestamp': expected a time (…), found nothing; is 'Timestamp' meant?</c>.</returns>
    public override string ToString() =>
        $"'{Column}': expected {Expected}, found {Found}{(Suggestion is null ? "" : $"; is '{Suggestion}' meant?")}";
}
