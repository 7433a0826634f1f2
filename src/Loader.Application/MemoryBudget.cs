using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;

namespace Loader.Application;

/// <summary>Bounds memory by bytes: fewer row groups at once, before a row group that cannot fit is refused.</summary>
internal static class MemoryBudget
{
    /// <summary>Says how many row groups of a file are read and written at once.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="rowGroups">Its row groups.</param>
    /// <param name="from">The first of them that is loaded.</param>
    /// <param name="options">The number wanted, and the memory that may be used.</param>
    /// <param name="logger">Is told where it is fewer than wanted.</param>
    /// <returns>The number, from 1 to what is wanted.</returns>
    /// <exception cref="RowGroupTooLargeException">One of them alone would take more memory than the load may use.</exception>
    public static int RowGroupsInFlight(SourceFile file, IReadOnlyList<RowGroupInfo> rowGroups, int from, LoadOptions options, ILogger logger)
    {
        string name = PlainText.Escape(file.ToString());
        long limit = options.MemoryLimitBytes ?? (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 0.6);
        long largest = 0;
        int largestIndex = from;
        for (int rowGroup = from; rowGroup < rowGroups.Count; rowGroup++)
        {
            if (rowGroups[rowGroup].MemoryBytes > largest)
            {
                largest = rowGroups[rowGroup].MemoryBytes;
                largestIndex = rowGroup;
            }
        }

        if (largest > limit)
        {
            throw new RowGroupTooLargeException(
                $"Row group {largestIndex} of {name} has {rowGroups[largestIndex].Rows} rows and would take about {largest} bytes of memory; the load may use {limit}. " +
                "Give it more memory, or write the file with smaller row groups (122,880 rows are enough).")
            {
                File = file,
            };
        }

        int wanted = options.RowGroupsInFlight;
        int inFlight = largest == 0 ? wanted : (int)Math.Clamp(limit / largest, 1, wanted);
        if (inFlight < wanted)
        {
            logger.FewerRowGroupsInFlight(name, largest, inFlight, wanted, limit);
        }

        return inFlight;
    }
}
