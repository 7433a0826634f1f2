using Loader.Application;
using Loader.Application.Results;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>The bodies of a load's requests, byte for byte, as preparing gives them.</summary>
/// <param name="All">The bodies, in order.</param>
/// <param name="Report">The report of the load that gave them.</param>
internal sealed record Bodies(IReadOnlyList<byte[]> All, LoadReport Report)
{
    public long Rows => Report.Ledger.Written;

    public static async Task<Bodies> CaptureAsync(string path, CancellationToken cancellationToken)
    {
        var all = new List<byte[]>();
        LoadReport report = await Loads.LoadAsync(
            path, Loads.Preparing(body => all.Add(body.ToArray())), new LoadOptions { RowGroupsInFlight = 1 }, cancellationToken);
        return new Bodies(all, report);
    }
}
