using System.Collections.Immutable;
using System.Text;

namespace Loader.Domain;

/// <summary>A set of dimensions that rows share, with the unit of their values. Work on dimensions is done here, once, and not per row.</summary>
/// <remarks>Immutable and safe to share between threads. Identity is by <see cref="Id"/> within one <see cref="SeriesCatalog"/>.</remarks>
public sealed class Series
{
    internal Series(int id, DatasetType dataset, in SeriesKey key, bool hasSecondUnit)
    {
        Id = id;
        Dataset = dataset;
        Key = key;
        Dimensions = DimensionsOf(dataset, key);
        DimensionBytes = Dimensions.Sum(d => Encoding.UTF8.GetByteCount(d.Name) + Encoding.UTF8.GetByteCount(d.Value));
        Fault = Judge(key, hasSecondUnit);
    }

    /// <summary>Gets the series' place in its catalog, from 0.</summary>
    public int Id { get; }

    /// <summary>Gets the dataset.</summary>
    public DatasetType Dataset { get; }

    /// <summary>Gets what the file's columns said.</summary>
    public SeriesKey Key { get; }

    /// <summary>Gets the unit of the values.</summary>
    public string? Unit => Key.Unit;

    /// <summary>
    /// Gets the dimensions of every record of the series, in the order <c>region, dataset_type, subject, measurement_type, quality_flag</c>;
    /// those whose value is null are left out.
    /// </summary>
    public ImmutableArray<Dimension> Dimensions { get; }

    /// <summary>Gets the UTF-8 bytes of all names and values in <see cref="Dimensions"/>.</summary>
    public int DimensionBytes { get; }

    /// <summary>Gets why no row of the series can be stored anywhere, or <see cref="RejectionReason.None"/>.</summary>
    public RejectionReason Fault { get; }

    /// <summary>The text that stands for bytes that are not valid UTF-8; a reader gives it in place of such a value.</summary>
    /// <remarks>An unpaired surrogate, so that no valid text equals it.</remarks>
    public const string InvalidText = "\uDC80";

    private static ImmutableArray<Dimension> DimensionsOf(DatasetType dataset, in SeriesKey key)
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

    private static RejectionReason Judge(in SeriesKey key, bool hasSecondUnit)
    {
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
