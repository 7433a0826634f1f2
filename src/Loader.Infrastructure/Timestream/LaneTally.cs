using Loader.Application.Ports;
using Loader.Application.Results;

namespace Loader.Infrastructure.Timestream;

/// <summary>What one lane of requests has settled. One lane writes it; it is read when the lane has ended.</summary>
internal sealed class LaneTally
{
    /// <summary>Gets or sets the rows that were accepted.</summary>
    public int Written { get; set; }

    /// <summary>Gets or sets the rows for which the service holds a newer object's value.</summary>
    public int Superseded { get; set; }

    /// <summary>Gets or sets the rows for which the service holds the value of a later row group.</summary>
    public int Duplicate { get; set; }

    /// <summary>Gets the rows that were refused.</summary>
    public List<RejectedRow> Rejected { get; } = [];

    /// <summary>Gets or sets what it took.</summary>
    public WriteEffort Effort { get; set; }
}
