using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The parts of a <see cref="SeriesKey"/>, those first that vary least from row to row.</summary>
internal enum SeriesPart
{
    Unit,
    MeasurementType,
    QualityFlag,
    Region,
    Subject,
}
