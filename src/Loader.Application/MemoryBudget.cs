using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>Limits how many row groups of a file are in memory at once, and says how much memory they need together.</summary>
/// <param name="RowGroupsInFlight">The number of row groups to read and write at once, from 1 to the number wanted.</param>
/// <param name="LargestRowGroupBytes">The estimated memory of the largest row group to load.</param>
/// <param name="ReservedBytes">
/// The estimated memory of as many of the largest row groups as are in flight at once: those in flight never need more.
/// </param>
internal readonly record struct MemoryBudget(int RowGroupsInFlight, long LargestRowGroupBytes, long ReservedBytes)
{
    /// <summary>Lowers the number of row groups in flight until they fit the memory limit.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="rowGroups">The row groups of the file.</param>
    /// <param name="fromRowGroup">The index of the first row group to load.</param>
    /// <param name="wanted">The number of row groups wanted in flight, at least 1.</param>
    /// <param name="limitBytes">The memory that the row groups in flight may use together.</param>
    /// <returns>The budget.</returns>
    /// <exception cref="RowGroupTooLargeException">One row group alone needs more memory than the limit.</exception>
    public static MemoryBudget Plan(SourceFile file, IReadOnlyList<RowGroupInfo> rowGroups, int fromRowGroup, int wanted, long limitBytes)
    {
        long largest = 0;
        int largestIndex = fromRowGroup;
        for (int rowGroup = fromRowGroup; rowGroup < rowGroups.Count; rowGroup++)
        {
            if (rowGroups[rowGroup].MemoryBytes > largest)
            {
                largest = rowGroups[rowGroup].MemoryBytes;
                largestIndex = rowGroup;
            }
        }

        if (largest > limitBytes)
        {
            throw new RowGroupTooLargeException(
                $"Row group {largestIndex} of {PlainText.Escape(file.ToString())} has {rowGroups[largestIndex].Rows} rows " +
                $"and needs about {largest} bytes of memory, but the load may use {limitBytes} bytes. " +
                "Give it more memory, or write the file with smaller row groups (122,880 rows are enough).")
            {
                File = file,
            };
        }

        int inFlight = largest == 0 ? wanted : (int)Math.Clamp(limitBytes / largest, 1, wanted);
        return new MemoryBudget(inFlight, largest, SumOfLargest(rowGroups, fromRowGroup, inFlight));
    }

    private static long SumOfLargest(IReadOnlyList<RowGroupInfo> rowGroups, int fromRowGroup, int count)
    {
        var largest = new PriorityQueue<long, long>(count + 1);
        long sum = 0;
        for (int rowGroup = fromRowGroup; rowGroup < rowGroups.Count; rowGroup++)
        {
            long bytes = rowGroups[rowGroup].MemoryBytes;
            sum += bytes;
            largest.Enqueue(bytes, bytes);
            if (largest.Count > count)
            {
                sum -= largest.Dequeue();
            }
        }

        return sum;
    }
}
