namespace Loader.Lambda;

/// <summary>Tells the garbage collector how much memory the function has: inside Lambda's sandbox it cannot see that itself.</summary>
internal static class FunctionMemory
{
    /// <summary>What is kept free for what is not on the collected heap: code, stacks, TLS, buffers of the network.</summary>
    private const int NativeMb = 64;

    /// <summary>Sets the limit of the collected heap.</summary>
    /// <param name="memoryMb">The function's memory in MB (2²⁰ bytes); 0 where it is not known.</param>
    public static void Limit(int memoryMb)
    {
        if (memoryMb < 2)
        {
            return;
        }

        ulong limit = (ulong)Math.Max(memoryMb - NativeMb, memoryMb / 2) * 1024 * 1024;
        AppContext.SetData("GCHeapHardLimit", limit);
        GC.RefreshMemoryLimit();
    }
}
