namespace Loader.Lambda;

/// <summary>Shares a function's memory out. Inside Lambda's sandbox neither the collector nor a load can see how much there is.</summary>
/// <param name="megabytes">The function's memory in MB (2²⁰ bytes).</param>
internal sealed class FunctionMemory(int megabytes)
{
    /// <summary>What is kept free for what is not on the collected heap: code, stacks, TLS, buffers of the network. 25 MB of it were seen in use.</summary>
    private const int NativeMegabytes = 48;

    /// <summary>The share of the heap that row groups in flight may take, in percent. The rest is for what they leave behind until it is collected.</summary>
    private const int LoadPercent = 60;

    /// <summary>Gets the most bytes of the collected heap.</summary>
    public long HeapBytes { get; } = Math.Max(megabytes - NativeMegabytes, megabytes / 2) * 1024L * 1024;

    /// <summary>Gets the most bytes that the row groups in flight may take.</summary>
    public long LoadBytes => HeapBytes / 100 * LoadPercent;

    /// <summary>Makes <see cref="HeapBytes"/> the limit of this process.</summary>
    public void LimitHeap()
    {
        AppContext.SetData("GCHeapHardLimit", (ulong)HeapBytes);
        GC.RefreshMemoryLimit();
    }
}
