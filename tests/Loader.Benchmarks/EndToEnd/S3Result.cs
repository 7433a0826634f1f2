namespace Loader.Benchmarks.EndToEnd;

/// <summary>The bytes of one load from S3.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="DownloadedBytes">The bytes that were downloaded.</param>
/// <param name="NeededBytes">The bytes of the needed column chunks and of the footer.</param>
/// <param name="FileBytes">The bytes of the file.</param>
internal sealed record S3Result(long Rows, long DownloadedBytes, long NeededBytes, long FileBytes)
{
    public double DownloadedToNeeded => DownloadedBytes / (double)NeededBytes;
}
