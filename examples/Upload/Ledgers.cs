using Loader.Application.Results;

namespace Loader.Examples.Upload;

/// <summary>Names the counts of a ledger for JSON.</summary>
internal static class Ledgers
{
    public static Dictionary<string, long> From(LoadReport report)
    {
        var counts = new Dictionary<string, long> { ["read"] = report.Ledger.Read };
        foreach (RowOutcome outcome in Ledger.Outcomes)
        {
            counts.Add(outcome.ToString().ToLowerInvariant(), report.Ledger[outcome]);
        }

        return counts;
    }
}
