namespace Loader.Application;

/// <summary>The options of all loads, independent of source and destination.</summary>
public sealed class LoadOptions
{
    /// <summary>Gets or sets the number of files that <see cref="LoadParquetFiles"/> loads at once.</summary>
    /// <value>From 1 to 64. Default: 8, so that the requests to open and close small files overlap.</value>
    public int FilesInFlight { get; set; } = 8;

    /// <summary>Gets or sets the number of row groups of one file that are decoded and written at once.</summary>
    /// <value>From 1 to 64. Default: 2, so that one is decoded while another is written.</value>
    /// <remarks>A load uses fewer if that many row groups would not fit <see cref="MemoryLimitBytes"/>.</remarks>
    public int RowGroupsInFlight { get; set; } = 2;

    /// <summary>
    /// Gets or sets the share of a file's rows, in percent, that may be invalid or rejected before the load counts as failed.
    /// </summary>
    /// <value>From 0 to 100. Default: 10.</value>
    public double MaxInvalidPercent { get; set; } = 10;

    /// <summary>Gets or sets the memory, in bytes, that the row groups in flight of all loads may use together.</summary>
    /// <value>Above 0. Default: <see langword="null"/>, which means 60 % of the memory available to the process.</value>
    public long? MemoryLimitBytes { get; set; }

    /// <summary>Gets or sets the time to keep free before a deadline, in addition to twice the time of the slowest row group.</summary>
    /// <value>0 or more. Default: 5 s.</value>
    public TimeSpan DeadlineGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Finds options that are missing or wrong.</summary>
    /// <returns>
    /// A sentence for each: the environment variable (or the property, if none sets it), its value and what is allowed. Empty if none is.
    /// </returns>
    public IEnumerable<string> FindFaults()
    {
        if (FilesInFlight is < 1 or > 64)
        {
            yield return FormattableString.Invariant($"FILES_IN_FLIGHT is {FilesInFlight}; it must be a whole number from 1 to 64.");
        }

        if (RowGroupsInFlight is < 1 or > 64)
        {
            yield return FormattableString.Invariant(
                $"ROW_GROUPS_IN_FLIGHT is {RowGroupsInFlight}; it must be a whole number from 1 to 64.");
        }

        if (MaxInvalidPercent is not (>= 0 and <= 100))
        {
            yield return FormattableString.Invariant($"MAX_INVALID_PERCENT is {MaxInvalidPercent}; it must be a number from 0 to 100.");
        }

        if (MemoryLimitBytes <= 0)
        {
            yield return FormattableString.Invariant($"MemoryLimitBytes is {MemoryLimitBytes}; it must be a number of bytes above 0.");
        }

        if (DeadlineGrace < TimeSpan.Zero)
        {
            yield return FormattableString.Invariant($"DeadlineGrace is {DeadlineGrace}; it must be a time of 0 or more.");
        }
    }
}
