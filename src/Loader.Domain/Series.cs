using System.Collections.Immutable;
using System.Text;

namespace Loader.Domain;

/// <summary>A set of dimensions that rows share, with the unit of their values.</summary>
/// <remarks>
/// Work on dimensions is done here once a series instead of once a row. Immutable and safe to share between threads. A series is identified
/// by <see cref="Id"/> within one <see cref="SeriesCatalog"/>.
/// </remarks>
public sealed class Series
{
    /// <summary>A reader stores this text in place of a value whose bytes are not valid UTF-8.</summary>
    /// <remarks>It is an unpaired surrogate, so no valid text equals it.</remarks>
    public const string InvalidText = "\uDC80";

    internal Series(int id, DatasetType dataset, in SeriesKey key, bool hasSecondUnit)
    {
        Id = id;
        Dataset = dataset;
        Key = key;
        Dimensions = CreateDimensions(dataset, key);
        DimensionBytes = Dimensions.Sum(d => Encoding.UTF8.GetByteCount(d.Name) + Encoding.UTF8.GetByteCount(d.Value));
        Fault = FindFault(key, hasSecondUnit);
        SpecialText = FindSpecialText(Dimensions);
    }

    /// <summary>Gets the index of the series in its catalog, from 0.</summary>
    public int Id { get; }

    /// <summary>Gets the dataset.</summary>
    public DatasetType Dataset { get; }

    /// <summary>Gets the values of the file's columns that identify the series.</summary>
    public SeriesKey Key { get; }

    /// <summary>Gets the unit of the values.</summary>
    public string? Unit => Key.Unit;

    /// <summary>
    /// Gets the dimensions of every record of the series, in the order <c>region, dataset_type, subject, measurement_type,
    /// quality_flag</c>, without those that are null.
    /// </summary>
    public ImmutableArray<Dimension> Dimensions { get; }

    /// <summary>Gets the number of UTF-8 bytes of all names and values in <see cref="Dimensions"/>.</summary>
    public int DimensionBytes { get; }

    /// <summary>Gets what the values of <see cref="Dimensions"/> contain that some destination cannot write.</summary>
    public SpecialText SpecialText { get; }

    /// <summary>Gets what a message about <see cref="Fault"/> says beside it, or <see langword="null"/>.</summary>
    public string? Detail => Key.UnknownCode;

    /// <summary>Gets why no destination can store a row of this series, or <see cref="RejectionReason.None"/>.</summary>
    public RejectionReason Fault { get; }

    /// <summary>Returns the dimensions and the unit.</summary>
    /// <returns>Text such as <c>region=SE, dataset_type=generation, energy_source=hydro, measurement_type=power [MW]</c>.</returns>
    public override string ToString() =>
        $"{string.Join(", ", Dimensions.Select(static dimension => dimension.ToString()))} [{PlainText.Escape(Unit ?? "no unit")}]";

    private static ImmutableArray<Dimension> CreateDimensions(DatasetType dataset, in SeriesKey key)
    {
        var dimensions = ImmutableArray.CreateBuilder<Dimension>(5);
        Add(ColumnNames.Region, key.Region);
        Add(ColumnNames.DatasetType, dataset.Name);
        Add(dataset.SubjectColumn, key.Subject);
        Add(ColumnNames.MeasurementType, key.MeasurementType);
        Add(ColumnNames.QualityFlag, key.QualityFlag);
        return dimensions.ToImmutable();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                dimensions.Add(new Dimension(name, value));
            }
        }
    }

    private static SpecialText FindSpecialText(ImmutableArray<Dimension> dimensions)
    {
        var found = SpecialText.None;
        bool hasBackslashBeforeSpace = false, hasQuote = false;
        foreach (Dimension dimension in dimensions)
        {
            ReadOnlySpan<char> value = dimension.Value;
            if (value is [.., '\\'])
            {
                found |= SpecialText.TrailingBackslash;
            }

            hasBackslashBeforeSpace |= value.Contains("\\ ", StringComparison.Ordinal);
            hasQuote |= value.Contains('"');
            found |= value.Contains('\n') ? SpecialText.LineFeed : SpecialText.None;
            found |= value.Contains('\t') ? SpecialText.Tab : SpecialText.None;
        }

        return hasBackslashBeforeSpace && hasQuote ? found | SpecialText.BackslashBeforeSpaceAndQuote : found;
    }

    private static RejectionReason FindFault(in SeriesKey key, bool hasSecondUnit)
    {
        if (key.UnknownCode is not null)
        {
            return RejectionReason.UnknownCode;
        }

        if (string.IsNullOrEmpty(key.Region) || string.IsNullOrEmpty(key.Subject) || string.IsNullOrEmpty(key.MeasurementType))
        {
            return RejectionReason.MissingDimension;
        }

        if (string.IsNullOrEmpty(key.Unit))
        {
            return RejectionReason.MissingUnit;
        }

        if (key.Region == InvalidText || key.Subject == InvalidText || key.MeasurementType == InvalidText
            || key.QualityFlag == InvalidText || key.Unit == InvalidText)
        {
            return RejectionReason.InvalidText;
        }

        return hasSecondUnit ? RejectionReason.SecondUnit : RejectionReason.None;
    }
}

/// <summary>The values of a row's columns that identify its series.</summary>
/// <param name="Region">The region.</param>
/// <param name="Subject">The value of the dataset's <see cref="DatasetType.SubjectColumn"/>.</param>
/// <param name="MeasurementType">What was measured.</param>
/// <param name="QualityFlag">The quality flag; null and empty both mean that there is none.</param>
/// <param name="Unit">The unit of the values. It is not a dimension: two units with the same dimensions are a data error.</param>
public readonly record struct SeriesKey(string? Region, string? Subject, string? MeasurementType, string? QualityFlag, string? Unit)
{
    /// <summary>
    /// Gets the column and the code in it that the mapping does not know, such as <c>id_subsistema 'XX'</c>; <see langword="null"/> if it
    /// knows all. What the code should have given is null.
    /// </summary>
    public string? UnknownCode { get; init; }
}

/// <summary>A name and a value that, together with others, identify the series of a record.</summary>
/// <param name="Name">The name, at least one character.</param>
/// <param name="Value">The value.</param>
public readonly record struct Dimension(string Name, string Value)
{
    /// <summary>Returns name and value.</summary>
    /// <returns>Text such as <c>region=SE</c>; control characters are escaped.</returns>
    public override string ToString() => $"{Name}={PlainText.Escape(Value)}";
}
