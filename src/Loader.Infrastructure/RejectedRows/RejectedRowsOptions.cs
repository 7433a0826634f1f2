namespace Loader.Infrastructure.RejectedRows;

/// <summary>Settings of the store of invalid and rejected rows.</summary>
public sealed class RejectedRowsOptions
{
    private string? _location;

    /// <summary>Gets or sets the location (<c>REJECTED_ROWS_LOCATION</c>): <c>s3://bucket/prefix/</c> or a folder.</summary>
    /// <value>
    /// Default: <see langword="null"/>, rows are not kept, and a load with rejected rows fails. The default of the command line is
    /// <c>./rejected</c>.
    /// </value>
    /// <remarks>
    /// A location in S3 has one spelling, in which keys are written and compared: <c>s3</c> in lower-case letters, single slashes, and one
    /// slash at the end. Other spellings are corrected when they are set, if they can mean nothing else.
    /// </remarks>
    public string? Location
    {
        get => _location;
        set => _location = value is null ? null : RejectedRowsLocation.Normalize(value);
    }

    /// <inheritdoc cref="Application.LoadOptions.FindFaults"/>
    public IEnumerable<string> FindFaults()
    {
        if (!string.IsNullOrEmpty(Location) && RejectedRowsLocation.FindFault(Location) is { } fault)
        {
            yield return $"REJECTED_ROWS_LOCATION is '{Location}'; {fault} Allowed is s3://bucket/prefix/ (a prefix is required) or a "
                + "folder.";
        }
    }
}
