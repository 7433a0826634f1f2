using System.Text.RegularExpressions;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet.Inspecting;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>What a suggestion sees of a file: names and types of its columns, and texts of its first row group.</summary>
internal sealed class SuggestedFile
{
    /// <summary>The maximum number of columns of text whose values are read.</summary>
    private const int MaxTextColumns = 200;

    private const int MaxTexts = 1_000;

    private SuggestedFile(SourceFile file, FileSchema schema, IReadOnlyList<SuggestedColumn> columns)
    {
        File = file;
        Schema = schema;
        Columns = columns;
    }

    /// <summary>Gets the file.</summary>
    public SourceFile File { get; }

    /// <summary>Gets its schema.</summary>
    public FileSchema Schema { get; }

    /// <summary>Gets its columns with distinct names, in file order.</summary>
    public IReadOnlyList<SuggestedColumn> Columns { get; }

    /// <summary>Gets the last segment of its key.</summary>
    public string Name => Path.GetFileName(File.Key.Replace('\\', '/'));

    /// <summary>Reads texts of the columns.</summary>
    public static async Task<SuggestedFile> ReadAsync(
        SourceFile file, FileSchema schema, ColumnSampler sampler, CancellationToken cancellationToken)
    {
        var columns = new List<SuggestedColumn>();
        int left = MaxTextColumns;
        foreach (IGrouping<string, SchemaColumn> sameName in schema.Columns.GroupBy(c => c.Name, StringComparer.Ordinal))
        {
            SchemaColumn column = sameName.First();
            if (sameName.Count() > 1)
            {
                continue;
            }

            IReadOnlyList<string> texts = ColumnTypes.IsText(column.Element) && left-- > 0
                ? await sampler.ReadDistinctAsync(column, MaxTexts, cancellationToken).ConfigureAwait(false)
                : [];
            columns.Add(new SuggestedColumn(column, texts));
        }

        return new SuggestedFile(file, schema, columns);
    }

    /// <summary>Finds a column by its exact name.</summary>
    public SuggestedColumn? Find(string name) =>
        Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal));

    /// <summary>Finds the first of several names that the file has.</summary>
    public SuggestedColumn? FindAny(params IEnumerable<string> names) => names.Select(Find).FirstOrDefault(column => column is not null);

    /// <summary>Makes a pattern of keys from the file's name: digits, which differ between files, become <c>*</c>.</summary>
    public string KeyPattern() => Regex.Replace(Name, "[0-9]+([-_]?[0-9]+)*", "*", MappingRegex.Options);
}

/// <summary>A column of a file.</summary>
internal sealed class SuggestedColumn
{
    private readonly SchemaColumn _column;

    public SuggestedColumn(SchemaColumn column, IReadOnlyList<string> texts)
    {
        _column = column;
        Texts = texts;
        Normal = string.Concat(column.Name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        IsText = ColumnTypes.IsText(column.Element);
        Time = IsText ? TimeTexts.Find(texts) : null;
        Number = IsText && Time is null ? NumberTexts.Find(texts) : null;
    }

    /// <summary>Gets the name.</summary>
    public string Name => _column.Name;

    /// <summary>Gets the name in lower case, without anything but letters and digits.</summary>
    public string Normal { get; }

    /// <summary>Gets the distinct texts of the first row group; empty for columns that hold no text.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Gets a value indicating whether the column holds text.</summary>
    public bool IsText { get; }

    /// <summary>Gets how the texts are times, or <see langword="null"/> if they are none.</summary>
    public TimeTexts? Time { get; }

    /// <summary>Gets how the texts are numbers, or <see langword="null"/> if they are none.</summary>
    public NumberTexts? Number { get; }

    /// <summary>Gets a value indicating whether the type is a time.</summary>
    public bool IsTimeType => !IsText && ColumnTypes.IsValid(_column.Element, ColumnUse.Time);

    /// <summary>Gets a value indicating whether the column can be that of times.</summary>
    public bool CanBeTime => IsTimeType || Time is not null;

    /// <summary>Gets a value indicating whether the type says that times are in UTC.</summary>
    public bool IsUtc => _column.Element is { Type: PhysicalType.Int64, LogicalType.IsAdjustedToUtc: true };

    /// <summary>Gets a value indicating whether the column holds numbers, as such or in text.</summary>
    public bool IsNumber => Number is not null || (!IsText && ColumnTypes.IsValid(_column.Element, ColumnUse.Value));

    /// <summary>Gets a value indicating whether the column can be a dimension.</summary>
    public bool CanBeDimension => ColumnTypes.IsValid(_column.Element, ColumnUse.Dimension);

    /// <summary>Gets a value indicating whether texts have blanks around them.</summary>
    public bool HasBlanks => Texts.Any(text => text.AsSpan().Trim().Length < text.Length);
}
