using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Loader.Application.Results;
using Microsoft.Extensions.Options;

namespace Loader.Application;

/// <summary>Loads many Parquet files, up to <see cref="LoadOptions.FilesInFlight"/> at once.</summary>
/// <remarks>
/// <para>Thread-safe. The order of the files never matters, because versions decide which value is stored. All loads of a process share one
/// memory limit (<see cref="LoadOptions.MemoryLimitBytes"/>): a load begins to read row groups when the memory that it needs is free, in
/// the order in which the files were opened.</para>
/// <para><see cref="LoadTotals"/> sums the results.</para>
/// </remarks>
/// <param name="load">Loads one file.</param>
/// <param name="options">The options of all loads.</param>
public sealed class LoadParquetFiles(LoadParquetFile load, IOptions<LoadOptions> options)
{
    /// <summary>Loads files as they are requested. A request is taken when a load can begin.</summary>
    /// <param name="requests">
    /// The files. No further request is taken after one whose <see cref="LoadRequest.StopRequested"/> is signalled before it begins, and
    /// that one is not begun either.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancels the loads at once, including row groups in flight, and the enumeration of <paramref name="requests"/>. To stop cleanly, use
    /// <see cref="LoadRequest.StopRequested"/>.
    /// </param>
    /// <returns>
    /// One result for each load that was begun, in the order in which the loads end. A failed load does not stop the others, and its
    /// exception is part of its result. A caller that stops the enumeration early cancels the loads in flight and waits for them.
    /// </returns>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was cancelled. It is thrown after the last result; files without a result were not begun.
    /// </exception>
    /// <remarks>An exception of <paramref name="requests"/> is thrown after the results of the loads that were begun.</remarks>
    public async IAsyncEnumerable<LoadResult> LoadAsync(
        IAsyncEnumerable<LoadRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);

        // A caller that is slow to take results slows the loads down, so that results do not pile up.
        var ended = Channel.CreateBounded<LoadResult>(options.Value.FilesInFlight);
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task loading = LoadAllAsync(requests, ended.Writer, abandon.Token);
        try
        {
            await foreach (LoadResult result in ended.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return result;
            }

            await loading.ConfigureAwait(false);
        }
        finally
        {
            await abandon.CancelAsync().ConfigureAwait(false);
            await foreach (LoadResult _ in ended.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                // Loads in flight wait until their results are taken.
            }

            await loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async IAsyncEnumerable<LoadRequest> TakeAsync(
        IAsyncEnumerable<LoadRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (LoadRequest request in requests.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (request.StopRequested.IsCancellationRequested)
            {
                yield break;
            }

            yield return request;
        }
    }

    private async Task LoadAllAsync(
        IAsyncEnumerable<LoadRequest> requests, ChannelWriter<LoadResult> ended, CancellationToken cancellationToken)
    {
        try
        {
            // The loads observe the token themselves, so that one that is cancelled has a result.
            await Parallel.ForEachAsync(
                TakeAsync(requests, cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = options.Value.FilesInFlight },
                async (request, _) =>
                {
                    LoadResult result = await LoadOneAsync(request, cancellationToken).ConfigureAwait(false);
                    await ended.WriteAsync(result, CancellationToken.None).ConfigureAwait(false);
                }).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            ended.Complete();
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A defect that one file reveals is part of its result and does not stop the other loads.")]
    private async Task<LoadResult> LoadOneAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return new LoadResult(request, await load.LoadAsync(request, cancellationToken).ConfigureAwait(false), Failure: null);
        }
        catch (LoadException failure)
        {
            return new LoadResult(request, failure.Report, failure);
        }
        catch (LoadCanceledException canceled)
        {
            return new LoadResult(request, canceled.Report, canceled);
        }
        catch (Exception unexpected)
        {
            return new LoadResult(request, Report: null, unexpected);
        }
    }
}
