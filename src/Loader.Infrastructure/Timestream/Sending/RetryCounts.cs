using Loader.Infrastructure.Aws;

namespace Loader.Infrastructure.Timestream.Sending;

/// <summary>How often a request was throttled, failed and was sent again.</summary>
internal sealed class RetryCounts
{
    /// <summary>Gets or sets how often the request was throttled.</summary>
    public int Throttles { get; set; }

    /// <summary>Gets or sets the number of service or network errors.</summary>
    public int Errors { get; set; }

    /// <summary>Gets or sets how often the request was sent again after a service or network error.</summary>
    public int Retries { get; set; }

    /// <summary>Gets the number of attempts that failed and may be retried.</summary>
    public int FailedAttempts => Throttles + Errors;

    /// <summary>Starts counting for another request.</summary>
    public void Reset() => (Throttles, Errors, Retries) = (0, 0, 0);

    /// <summary>Gets or sets the first answer, until the retries have taken it over.</summary>
    internal ServiceAnswer? First { get; set; }
}
