namespace Loader.Lambda.Runtime;

/// <summary>
/// Divides a function's memory. Inside Lambda's sandbox neither the garbage collector nor a load can determine how much there is.
/// </summary>
/// <param name="megabytes">The function's memory in MB (2²⁰ bytes).</param>
internal sealed class FunctionMemory(int megabytes)
{
    /// <summary>
    /// The memory reserved for everything outside the garbage-collected heap: code, stacks, TLS, network buffers. Measured use: 25 MB.
    /// </summary>
    private const int NativeMegabytes = 48;

    /// <summary>The share of the heap for row groups in flight, in percent. The rest holds garbage that is not collected yet.</summary>
    private const int LoadPercent = 60;

    /// <summary>Gets the maximum size of the garbage-collected heap, in bytes.</summary>
    public long HeapBytes { get; } = Math.Max(megabytes - NativeMegabytes, megabytes / 2) * 1024L * 1024;

    /// <summary>Gets the maximum memory for row groups in flight, in bytes.</summary>
    public long LoadBytes => HeapBytes / 100 * LoadPercent;

    /// <summary>Limits the heap of this process to <see cref="HeapBytes"/>.</summary>
    public void LimitHeap()
    {
        AppContext.SetData("GCHeapHardLimit", (ulong)HeapBytes);
        GC.RefreshMemoryLimit();
    }
}
