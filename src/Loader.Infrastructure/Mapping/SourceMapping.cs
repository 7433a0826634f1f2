using Loader.Domain;

namespace Loader.Infrastructure.Mapping;

/// <summary>Says where the columns of a dataset come from in files that name or shape them differently.</summary>
/// <remarks>
/// A field that the mapping does not name is read as without a mapping: from the column with the dataset's own name, or else from the
/// segment of the key. <c>docs/mapping.md</c> has the JSON form and examples.
/// </remarks>
public sealed record SourceMapping
{
    /// <summary>Gets the name, for messages and reports.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the dataset of the files.</summary>
    public required DatasetType Dataset { get; init; }

    /// <summary>
    /// Gets the patterns of keys that the mapping applies to: <c>*</c> and <c>?</c> stand for characters of one segment, <c>**</c> for any.
    /// A pattern matches a whole key, or its end after a slash. Empty means all keys.
    /// </summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Gets where times come from.</summary>
    public TimeSource Timestamp { get; init; } = new();

    /// <summary>Gets where values come from.</summary>
    public ValueSource Value { get; init; } = new();

    /// <summary>Gets where units come from, or <see langword="null"/> to read them as without a mapping.</summary>
    public FieldSource? Unit { get; init; }

    /// <summary>Gets where types of measurement come from, or <see langword="null"/> to read them as without a mapping.</summary>
    public FieldSource? MeasurementType { get; init; }

    /// <summary>Gets where regions come from, or <see langword="null"/> to read them as without a mapping.</summary>
    public FieldSource? Region { get; init; }

    /// <summary>
    /// Gets where the dataset's <see cref="DatasetType.SubjectColumn"/> comes from (in JSON <c>energySource</c>, <c>consumerType</c> or
    /// <c>lineId</c>), or <see langword="null"/> to read it as without a mapping.
    /// </summary>
    public FieldSource? Subject { get; init; }

    /// <summary>Gets where quality flags come from, or <see langword="null"/> to read them as without a mapping.</summary>
    public FieldSource? QualityFlag { get; init; }

    /// <summary>Gets which columns of values become rows, or <see langword="null"/> for a file with one column of values.</summary>
    public UnpivotSource? Unpivot { get; init; }

    /// <summary>Gets the conditions that a row must meet; all others are filtered.</summary>
    public IReadOnlyList<RowCondition> Where { get; init; } = [];

    /// <summary>Gets a value indicating whether a load succeeds although <see cref="Where"/> leaves out every row.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>
    /// Gets a value indicating whether the last of several rows with the same series and time is stored even if their values differ
    /// (in JSON <c>"duplicates": "last"</c>). Otherwise such rows fail the load.
    /// </summary>
    public bool KeepsLastDuplicate { get; init; }

    /// <summary>Gets what the checks of the series depend on, or <see langword="null"/> for their defaults.</summary>
    public QualityRules? Quality { get; init; }
}

/// <summary>Where times come from: one column, several that are joined, a date and a time of day, or a date and a period of it.</summary>
public sealed record TimeSource
{
    /// <summary>Gets the column; <see langword="null"/> if the time is made from <see cref="Date"/>.</summary>
    public string? Column { get; init; }

    /// <summary>Gets the column of dates.</summary>
    public string? Date { get; init; }

    /// <summary>Gets the column of times of day that belongs to <see cref="Date"/>.</summary>
    public string? Time { get; init; }

    /// <summary>
    /// Gets the column of periods that belongs to <see cref="Date"/>: 1 is the period of <see cref="Step"/> that begins at local midnight.
    /// </summary>
    public string? Period { get; init; }

    /// <summary>
    /// Gets the .NET formats of text in <see cref="Column"/> or <see cref="Date"/>, tried in order in the invariant culture. Empty means
    /// ISO 8601. A column that is a timestamp or a date needs none.
    /// </summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>Gets the .NET formats of text in <see cref="Time"/>, such as <c>HH:mm</c>. Empty means ISO 8601.</summary>
    public IReadOnlyList<string> TimeFormats { get; init; } = [];

    /// <summary>
    /// Gets the IANA name of the zone of times without one, or a fixed offset such as <c>+10:00</c>; <see langword="null"/> for the zone of
    /// <c>SOURCE_TIME_ZONE</c>.
    /// </summary>
    public string? Zone { get; init; }

    /// <summary>
    /// Gets a value indicating whether the column says that its times are in UTC although they are local in <see cref="Zone"/>.
    /// </summary>
    public bool IgnoreUtcFlag { get; init; }

    /// <summary>
    /// Gets a value indicating whether times are the ends of intervals (in JSON <c>"label": "end"</c>) of <see cref="Step"/>.
    /// </summary>
    public bool IsEnd { get; init; }

    /// <summary>
    /// Gets the length of an interval, in JSON as ISO 8601 such as <c>PT30M</c>; <see langword="null"/> if it is not needed.
    /// </summary>
    public TimeSpan? Step { get; init; }
}

/// <summary>Where values come from, and what is done to them.</summary>
public sealed record ValueSource
{
    /// <summary>Gets the column; <see langword="null"/> for the one that is called <c>value</c>, or if columns become rows.</summary>
    public string? Column { get; init; }

    /// <summary>Gets how numbers in text are written.</summary>
    public NumberText Text { get; init; } = new();

    /// <summary>Gets the number by which values are divided, such as 1000 for kWh to MWh.</summary>
    public double DivideBy { get; init; } = 1;

    /// <summary>
    /// Gets a value indicating whether energy per interval becomes power: values are multiplied by 3600 s and divided by
    /// <see cref="TimeSource.Step"/>.
    /// </summary>
    public bool PerHour { get; init; }
}

/// <summary>How numbers are written in text. Blanks around them do not count.</summary>
public sealed record NumberText
{
    /// <summary>Gets the decimal sign.</summary>
    public char DecimalSign { get; init; } = '.';

    /// <summary>Gets the sign between thousands, or <see langword="null"/> if there is none.</summary>
    public char? ThousandsSign { get; init; }

    /// <summary>Gets the texts that mean that there is no value.</summary>
    public IReadOnlyList<string> Null { get; init; } = [""];
}

/// <summary>
/// Where a dimension or the unit comes from: exactly one of <see cref="Columns"/>, <see cref="Constant"/>, <see cref="Key"/>,
/// <see cref="FileName"/> and <see cref="Match"/>.
/// </summary>
public sealed record FieldSource
{
    /// <summary>Gets the column (in JSON <c>column</c>), or the columns that are joined (<c>columns</c>).</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Gets the text between joined columns.</summary>
    public string Join { get; init; } = "";

    /// <summary>Gets the text of all rows.</summary>
    public string? Constant { get; init; }

    /// <summary>Gets the name of the Hive segment of the key, such as <c>region</c> for <c>region=SE/</c>.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the regular expression for the file's name, whose group <c>value</c> is the text.</summary>
    public string? FileName { get; init; }

    /// <summary>Gets the group of <see cref="UnpivotSource"/> that has the text.</summary>
    public string? Match { get; init; }

    /// <summary>Gets what is done to the text.</summary>
    public TextRule Text { get; init; } = new();
}

/// <summary>What is done to a text, in this order.</summary>
public sealed record TextRule
{
    /// <summary>Gets a value indicating whether blanks around the text are removed.</summary>
    public bool Trim { get; init; }

    /// <summary>Gets the case that the text gets.</summary>
    public TextCase Case { get; init; }

    /// <summary>Gets the texts that replace others, or <see langword="null"/> if none are replaced.</summary>
    public IReadOnlyDictionary<string, string>? Map { get; init; }

    /// <summary>Gets what becomes of a text that <see cref="Map"/> does not hold.</summary>
    public UnknownText Else { get; init; }
}

/// <summary>The cases of letters.</summary>
public enum TextCase
{
    /// <summary>Letters stay as they are.</summary>
    Keep,

    /// <summary>All letters become upper case.</summary>
    Upper,

    /// <summary>All letters become lower case.</summary>
    Lower,
}

/// <summary>What becomes of a row whose text the code map does not hold.</summary>
public enum UnknownText
{
    /// <summary>The row is invalid (<see cref="RejectionReason.UnknownCode"/>), so that a new code is seen.</summary>
    Invalid,

    /// <summary>The text is kept.</summary>
    Keep,

    /// <summary>The text becomes null.</summary>
    Null,

    /// <summary>The row is filtered.</summary>
    Drop,
}

/// <summary>Which columns of values become rows.</summary>
public sealed record UnpivotSource
{
    /// <summary>
    /// Gets the regular expression for the names of the columns, whose named groups give fields; <see langword="null"/> if
    /// <see cref="Columns"/> names them.
    /// </summary>
    public string? Pattern { get; init; }

    /// <summary>Gets the columns with the texts of their groups; <see langword="null"/> if <see cref="Pattern"/> finds them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Columns { get; init; }

    /// <summary>
    /// Gets a value indicating whether null cells are invalid (in JSON <c>"nulls": "invalid"</c>). Otherwise they are filtered.
    /// </summary>
    public bool NullsAreInvalid { get; init; }
}

/// <summary>A condition on one column of the file.</summary>
/// <param name="Column">The column: text or an integer.</param>
public sealed record RowCondition(string Column)
{
    /// <summary>Gets a value indicating whether blanks around the text are removed before it is compared.</summary>
    public bool Trim { get; init; }

    /// <summary>Gets the texts, of which <see langword="null"/> means a null; compared exactly.</summary>
    public IReadOnlyList<string?> Values { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether rows with one of <see cref="Values"/> are left out (in JSON <c>notIn</c>). Otherwise all others are
    /// (<c>in</c>).
    /// </summary>
    public bool IsExcluding { get; init; }
}
