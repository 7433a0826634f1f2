namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The memory for distinct series that all open files of a process share. Thread-safe.</summary>
/// <param name="maxBytes">The memory in bytes.</param>
internal sealed class SeriesMemory(long maxBytes)
{
    private long _used;

    /// <summary>Gets the memory in bytes.</summary>
    public long MaxBytes => maxBytes;

    /// <summary>Takes memory, which the caller gives back with <see cref="Return"/>.</summary>
    /// <param name="bytes">The number of bytes, 0 or more.</param>
    /// <returns><see langword="false"/> if so much is not free; nothing is taken then.</returns>
    public bool TryTake(long bytes)
    {
        long used = Volatile.Read(ref _used);
        while (bytes <= maxBytes - used)
        {
            long seen = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (seen == used)
            {
                return true;
            }

            used = seen;
        }

        return false;
    }

    /// <summary>Gives memory back.</summary>
    /// <param name="bytes">The number of bytes that were taken.</param>
    public void Return(long bytes) => Interlocked.Add(ref _used, -bytes);
}
