namespace Loader.Domain;

/// <summary>What a row says of its series, as the columns of the file spell it.</summary>
/// <param name="Region">The region.</param>
/// <param name="Subject">The value of the dataset's <see cref="DatasetType.SubjectColumn"/>.</param>
/// <param name="MeasurementType">What was measured.</param>
/// <param name="QualityFlag">The mark of quality; null and empty are the same, and both mean that there is none.</param>
/// <param name="Unit">The unit of the values. Not a dimension: two units under the same dimensions are a data error.</param>
public readonly record struct SeriesKey(string? Region, string? Subject, string? MeasurementType, string? QualityFlag, string? Unit);
