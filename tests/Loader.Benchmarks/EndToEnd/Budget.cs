namespace Loader.Benchmarks.EndToEnd;

/// <summary>A ratio that one run must show, whatever the machine.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Value">What was found.</param>
/// <param name="Limit">What is allowed.</param>
/// <param name="IsUpperLimit">Whether the value must not exceed the limit, rather than reach it.</param>
internal sealed record Budget(string Name, double Value, double Limit, bool IsUpperLimit)
{
    public bool IsMet => IsUpperLimit ? Value <= Limit : Value >= Limit;

    /// <summary>Returns the budgets that a run measured.</summary>
    public static IReadOnlyList<Budget> Of(ResultDocument result)
    {
        var budgets = new List<Budget>();
        AtLeast("prepared rows/s on one core, in millions", result.PreparedRowsPerSecond / 1e6, 4);
        AtMost("allocated bytes a row while preparing", result.AllocatedBytesPerRow, 30);
        AtMost(
            "delivered CPU / (floor CPU + 1.2 x prepared CPU)",
            result.DeliveredCpuMicrosecondsPerRow / (result.FloorCpuMicrosecondsPerRow + (1.2 * result.PreparedCpuMicrosecondsPerRow)),
            1);
        AtLeast("delivered rate / naive rate", result.DeliveredRowsPerSecond / result.NaiveRowsPerSecond, 5);
        AtMost("endpoint CPU / delivered CPU", result.EndpointCpuMicrosecondsPerRow / result.DeliveredCpuMicrosecondsPerRow, 0.5);
        foreach (WriteUnitResult units in result.WriteUnits ?? [])
        {
            AtMost($"write units / those with nothing in common, {units.Input}", units.Per1000Rows / units.Per1000RowsPlain, units.Input == "interleaved" ? 0.25 : 0.5);
        }

        AtMost("bytes from S3 / bytes needed", result.S3?.DownloadedToNeeded, 1.05);
        double? one = result.AtLatency?.FirstOrDefault(at => at.InFlight == 1)?.RowsPerSecond;
        AtLeast("rate with 16 in flight / 16 x rate with 1", result.AtLatency?.FirstOrDefault(at => at.InFlight == 16)?.RowsPerSecond / (16 * one), 0.8);
        AtMost("peak MB at 10 M rows", Peak(10_000_000), 150);
        AtMost("peak at 30 M rows / peak at 10 M rows", Peak(30_000_000) / Peak(10_000_000), 1.1);
        return budgets;

        void AtLeast(string name, double? value, double limit) => Add(name, value, limit, isUpperLimit: false);
        void AtMost(string name, double? value, double limit) => Add(name, value, limit, isUpperLimit: true);
        void Add(string name, double? value, double limit, bool isUpperLimit)
        {
            if (value is { } found)
            {
                budgets.Add(new Budget(name, found, limit, isUpperLimit));
            }
        }

        double? Peak(long rows) =>
            result.PeakMemory?.FirstOrDefault(peak => peak.Rows == rows && peak.RowsPerRowGroup == Input.InputFolder.SmallRowGroup)?.Megabytes;
    }
}
