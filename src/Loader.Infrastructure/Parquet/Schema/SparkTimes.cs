using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>Finds INT96 times of Spark. They can be UTC instants or local times, depending on how Spark was used.</summary>
internal static class SparkTimes
{
    /// <summary>The key that Spark adds to the metadata of its files.</summary>
    private const string SparkVersion = "org.apache.spark.version";

    /// <summary>Describes why the times of a file cannot be read without the setting that says what they are.</summary>
    /// <param name="metadata">The file's footer.</param>
    /// <param name="plan">The columns to read.</param>
    /// <returns>The fault with its remedy, or <see langword="null"/> if the times are not INT96 of Spark.</returns>
    public static string? FindFault(FileMetadata metadata, ColumnPlan plan) =>
        plan.Time is { Element.Type: PhysicalType.Int96 } time && metadata.HasKey(SparkVersion)
            ? $"'{time.Name}' has INT96 times of Spark, which can be instants in UTC or local times in SOURCE_TIME_ZONE; "
                + "nothing in the file says which. Set INT96_TIME to instant or local"
            : null;
}
