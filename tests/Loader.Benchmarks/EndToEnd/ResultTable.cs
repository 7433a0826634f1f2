using System.Globalization;
using System.Text;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>A result as the tables of docs/performance.md.</summary>
internal static class ResultTable
{
    public static string Of(ResultDocument result)
    {
        var text = new StringBuilder();
        Machine machine = result.Machine;
        Line($"{machine.Processor}, {machine.Cores} cores, {machine.Runtime}, load average before {machine.LoadAverageBefore:0.0}.");
        Line($"{result.Rows:N0} rows, medians of {result.Rounds} rounds in turns, {result.InFlight} requests in flight.");
        Rates(result);
        Units(result);
        Scaling(result);
        Memory(result);
        Defaults(result);
        Budgets(result);
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        void Header(string columns)
        {
            Line($"");
            Line($"| {columns} |");
            Line($"|{string.Join('|', columns.Split('|').Select(_ => "---"))}|");
        }

        void Rates(ResultDocument of)
        {
            if (of.WriteUnitsPer1000Rows is null)
            {
                return;
            }

            Header("part | rows/s | CPU us/row");
            Rate("prepared (one core)", of.PreparedRowsPerSecond, of.PreparedCpuMicrosecondsPerRow);
            Rate("delivered", of.DeliveredRowsPerSecond, of.DeliveredCpuMicrosecondsPerRow);
            Rate("floor: signed HttpClient", of.FloorRowsPerSecond, of.FloorCpuMicrosecondsPerRow);
            Rate("floor: raw sockets", of.RawSocketRowsPerSecond, of.RawSocketCpuMicrosecondsPerRow);
            Rate("naive .NET peer", of.NaiveRowsPerSecond, of.NaiveCpuMicrosecondsPerRow);
            Rate("the endpoint's own, while delivered", null, of.EndpointCpuMicrosecondsPerRow);
            Line($"");
            Line($"Allocated bytes a row: {of.AllocatedBytesPerRow:0.00} prepared, {of.DeliveredAllocatedBytesPerRow:0.00} delivered. Body bytes a row: {of.BodyBytesPerRow:0.0}.");
            Line($"Write units per 1000 rows: {of.WriteUnitsPer1000Rows:0.0}, {of.WriteUnitsPer1000RowsPlain:0.0} with nothing in common.");
        }

        void Rate(string part, double? rows, double? cpu)
        {
            if (cpu is not null)
            {
                Line($"| {part} | {rows:N0} | {cpu:0.000} |");
            }
        }

        void Units(ResultDocument of)
        {
            if (of.WriteUnits is null)
            {
                return;
            }

            Header("write units per 1000 rows | nothing in common | file order | series as met | most values first | fewest values first");
            foreach (WriteUnitResult units in of.WriteUnits)
            {
                double per1000 = 1000.0 / units.Rows;
                Line($"| {units.Input} | {per1000 * units.Plain:0.0} | {per1000 * units.InFileOrder:0.0} | {per1000 * units.BySeriesAsMet:0.0} | {per1000 * units.ByMostValuesFirst:0.0} | {per1000 * units.ByFewestValuesFirst:0.0} |");
            }
        }

        void Scaling(ResultDocument of)
        {
            if (of.AtLatency is { Count: > 0 } scaling)
            {
                Header($"in flight, at {scaling[0].LatencyMilliseconds} ms | rows/s | CPU us/row");
                foreach (LatencyResult at in scaling)
                {
                    Line($"| {at.InFlight} | {at.RowsPerSecond:N0} | {at.CpuMicrosecondsPerRow:0.000} |");
                }
            }
        }

        void Memory(ResultDocument of)
        {
            if (of.PeakMemory is { Count: > 0 } memory)
            {
                Header("rows | rows per row group | peak MB");
                foreach (PeakMemoryResult peak in memory)
                {
                    Line($"| {peak.Rows:N0} | {peak.RowsPerRowGroup:N0} | {peak.Megabytes:0} |");
                }
            }

            if (of.LargestRowGroup is { } largest)
            {
                Line($"");
                Line($"Largest row group within 1,769 MB: {largest.Rows:N0} rows, {largest.Megabytes:0} MB.");
            }
        }

        void Defaults(ResultDocument of)
        {
            if (of.FunctionDefaults is null)
            {
                return;
            }

            Header("on one core: row groups in flight | requests in flight | rows/s | peak MB");
            foreach (FunctionDefaultsResult at in of.FunctionDefaults)
            {
                Line($"| {at.RowGroups} | {at.InFlight} | {at.RowsPerSecond:N0} | {at.Megabytes:0} |");
            }
        }

        void Budgets(ResultDocument of)
        {
            if (of.S3 is { } s3)
            {
                Line($"");
                Line($"From S3: {s3.DownloadedBytes:N0} bytes downloaded, {s3.NeededBytes:N0} needed, {s3.FileBytes:N0} in the file.");
            }

            if (of.Budgets.Count == 0)
            {
                return;
            }

            Header("budget | found | allowed | met");
            foreach (Budget budget in of.Budgets)
            {
                Line($"| {budget.Name} | {budget.Value:0.00} | {(budget.IsUpperLimit ? "<=" : ">=")} {budget.Limit:0.00} | {(budget.IsMet ? "yes" : "no")} |");
            }
        }
    }
}
