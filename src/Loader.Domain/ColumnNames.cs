namespace Loader.Domain;

/// <summary>The column names that files of every dataset have in common.</summary>
public static class ColumnNames
{
    /// <summary>The beginning of the measured interval.</summary>
    public const string Timestamp = "timestamp";

    /// <summary>The grid region or subsystem, such as <c>SE</c>.</summary>
    public const string Region = "region";

    /// <summary>The measured value, in <see cref="Unit"/>.</summary>
    public const string Value = "value";

    /// <summary>The unit of <see cref="Value"/>, such as <c>MW</c>.</summary>
    public const string Unit = "unit";

    /// <summary>What was measured, such as <c>power</c> or <c>demand</c>.</summary>
    public const string MeasurementType = "measurement_type";

    /// <summary>The optional quality flag, such as <c>good</c>.</summary>
    public const string QualityFlag = "quality_flag";

    /// <summary>The dimension of a stored record that holds the name of its dataset. Files have no such column.</summary>
    public const string DatasetType = "dataset_type";
}
