using Loader.Infrastructure.Aws.Json;

namespace Loader.Infrastructure.Timestream;

/// <summary>How one request has fared so far.</summary>
internal sealed class Attempts
{
    /// <summary>Gets or sets the times that it was throttled.</summary>
    public int Throttles { get; set; }

    /// <summary>Gets or sets the times that it met an error of the service or of the way there.</summary>
    public int Errors { get; set; }

    /// <summary>Gets or sets the times that it was sent again after an error.</summary>
    public int Retries { get; set; }

    /// <summary>Gets or sets the first answer, until the retries have taken it over.</summary>
    internal ServiceResponse? First { get; set; }

    /// <summary>Begins a new request.</summary>
    public void Clear() => (Throttles, Errors, Retries) = (0, 0, 0);
}
