using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet;

/// <summary>What INT96 times are. Nothing in a file says it.</summary>
public enum Int96Time
{
    /// <summary>Instants in UTC, as Spark writes them.</summary>
    Instant,

    /// <summary>Local times in the zone of the source.</summary>
    Local,
}

/// <summary>Options for reading source files.</summary>
public sealed class SourceOptions
{
    /// <summary>
    /// Gets or sets the IANA name of the time zone of times without one (<c>SOURCE_TIME_ZONE</c>), such as <c>America/Sao_Paulo</c>.
    /// </summary>
    /// <value>Default: <c>UTC</c>.</value>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Gets or sets what INT96 times are (<c>INT96_TIME</c>: <c>instant</c> or <c>local</c>).</summary>
    /// <value>
    /// Default: <see langword="null"/>. INT96 times are local then, except that files of Spark, which may hold either, are refused unless
    /// <see cref="TimeZone"/> is UTC.
    /// </value>
    public Int96Time? Int96Time { get; set; }

    /// <summary>
    /// Gets or sets the prefix of the source for functions (<c>SOURCE_PREFIX</c>), such as <c>processed/</c>: whether a key is hidden is
    /// judged by the segments below it. It limits no load.
    /// </summary>
    /// <value>Default: empty, all segments of a key are judged.</value>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// Gets or sets the memory, in bytes, that the distinct series of all files in flight may use, about 1.4 KB for each. A file that does
    /// not fit beside the others goes on when it is alone; one with more series than that is refused with
    /// <see cref="Application.Results.TooManySeriesException"/>.
    /// </summary>
    /// <value>
    /// Above 0. Default: <see langword="null"/>, which means half of <see cref="Application.LoadOptions.MemoryLimitBytes"/>, and so 30 % of
    /// the memory available to the process.
    /// </value>
    public long? SeriesMemoryBytes { get; set; }

    /// <summary>Gets or sets the column mappings of files. They do not count if <see cref="MappingLocation"/> is set.</summary>
    /// <value>Default: <see cref="SourceMappings.None"/>, files have the loader's own columns.</value>
    public SourceMappings Mappings { get; set; } = SourceMappings.None;

    /// <summary>
    /// Gets or sets the JSON file of column mappings (<c>MAPPING_LOCATION</c>): a path or <c>s3://bucket/key</c>, at most
    /// <see cref="SourceMappings.MaxBytes"/>. It is read once, before the first file.
    /// </summary>
    /// <value>Default: <see langword="null"/>, <see cref="Mappings"/> count.</value>
    public string? MappingLocation { get; set; }

    /// <summary>
    /// Gets the stores of the host by their schemes (<see cref="SourceFile.InStore"/>). Each opens a file anew for each load; the load
    /// disposes it.
    /// </summary>
    public IDictionary<string, Func<SourceFile, RandomAccessFile>> Stores { get; } =
        new Dictionary<string, Func<SourceFile, RandomAccessFile>>(StringComparer.Ordinal);

    /// <summary>Gets the share of the memory available to the process that series may use by default.</summary>
    internal static double DefaultSeriesMemoryShare => 0.3;

    /// <inheritdoc cref="Application.LoadOptions.FindFaults"/>
    public IEnumerable<string> FindFaults()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return $"SOURCE_TIME_ZONE is '{TimeZone}', which is not a time zone of this system. Use an IANA name, such as "
                + "America/Sao_Paulo.";
        }

        if (Int96Time is not (null or Parquet.Int96Time.Instant or Parquet.Int96Time.Local))
        {
            yield return $"INT96_TIME is '{Int96Time}'; allowed are instant and local.";
        }

        if (!IsPrefix(Prefix))
        {
            yield return $"SOURCE_PREFIX is '{Prefix}'; allowed is the prefix of keys without bucket, which ends with a slash and does not "
                + "begin with one, such as processed/.";
        }

        if (SeriesMemoryBytes <= 0)
        {
            yield return FormattableString.Invariant($"SeriesMemoryBytes is {SeriesMemoryBytes}; it must be a number of bytes above 0.");
        }
    }

    private static bool IsPrefix(string prefix) =>
        prefix.Length == 0
        || (prefix.EndsWith('/') && !prefix.StartsWith('/') && !prefix.Contains("://", StringComparison.Ordinal));
}
