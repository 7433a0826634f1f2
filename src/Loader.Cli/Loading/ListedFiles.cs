using System.Runtime.CompilerServices;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Loading;

/// <summary>Lists the files of all sources as they are found, without repetitions.</summary>
/// <remarks>
/// The memory does not grow with the number of files, except for sources that contain each other: their files are remembered, because only
/// those can be found twice.
/// </remarks>
/// <param name="listing">Lists the files of a source.</param>
/// <param name="sources">The sources.</param>
internal sealed class ListedFiles(SourceListing listing, IReadOnlyList<string> sources)
{
    private readonly List<string> _emptySources = [];
    private readonly HashSet<SourceFile> _known = [];
    private int _found;

    /// <summary>Gets the number of files found so far.</summary>
    public int Found => Volatile.Read(ref _found);

    /// <summary>Gets the folders and prefixes without a file to load.</summary>
    public IReadOnlyList<string> EmptySources => _emptySources;

    /// <summary>Gets the files that are not loaded.</summary>
    public SkippedFiles Skipped { get; } = new();

    /// <summary>Gets a value indicating whether the listing was stopped before its end.</summary>
    public bool WasStopped { get; private set; }

    /// <summary>Lists all sources. Call it once.</summary>
    /// <param name="failed">
    /// Receives one result for each source, and each folder in a source, that cannot be listed. It does not stop the others.
    /// </param>
    /// <param name="stop">Stops the listing; <see cref="WasStopped"/> says so.</param>
    /// <returns>
    /// The files, in the order of the sources and of their names, and <see langword="null"/> for each entry that is not loaded, so that the
    /// caller sees how far the listing is.
    /// </returns>
    public async IAsyncEnumerable<ListedFile?> ListAsync(
        Action<FileResult> failed, [EnumeratorCancellation] CancellationToken stop)
    {
        HashSet<SourceFile> named = sources.Count == 1
            ? []
            : [.. sources.Where(source => !SourceListing.IsFolder(source)).Select(SourceIdentity.OfNamed)];
        for (int i = 0; i < sources.Count; i++)
        {
            string source = sources[i];
            bool isNamed = !SourceListing.IsFolder(source);
            bool mayRepeat = sources.Where((_, other) => other != i).Any(other => SourceIdentity.Overlap(source, other));
            bool isEmpty = true;
            IAsyncEnumerator<SourceEntry> entries = listing.ListAsync(source, stop).GetAsyncEnumerator(stop);
            await using (entries.ConfigureAwait(false))
            {
                while (await MoveNextAsync().ConfigureAwait(false))
                {
                    SourceEntry entry = entries.Current;
                    if (entry.SkippedBecause is { } reason)
                    {
                        Skipped.Add(reason);
                        yield return null;
                        continue;
                    }

                    isEmpty = false;
                    if (entry.Failure is { } failure)
                    {
                        Fail(entry.File.ToString(), failure, wasNamed: false);
                        yield return null;
                    }
                    else if (mayRepeat && !_known.Add(SourceIdentity.Of(entry.File)))
                    {
                        Skipped.Add(SkipReason.Repeated);
                        yield return null;
                    }
                    else
                    {
                        // A file that a person names counts as named, even if a folder that contains it comes first.
                        yield return new ListedFile(
                            entry.File, isNamed || (mayRepeat && named.Contains(SourceIdentity.Of(entry.File))), ++_found, entry.Bytes);
                    }
                }
            }

            if (WasStopped)
            {
                yield break;
            }

            if (isEmpty)
            {
                _emptySources.Add(source);
            }

            async ValueTask<bool> MoveNextAsync()
            {
                try
                {
                    return await entries.MoveNextAsync().ConfigureAwait(false);
                }
                catch (LoadException failure)
                {
                    isEmpty = false;
                    Fail(source, failure, wasNamed: true);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    WasStopped = true;
                }

                return false;
            }
        }

        void Fail(string name, LoadException failure, bool wasNamed) =>
            failed(new FileResult(name) { Status = LoadStatus.Failed, Failure = failure, WasNamed = wasNamed });
    }
}

/// <summary>A file to load.</summary>
/// <param name="File">The file.</param>
/// <param name="IsNamed">Whether the user named this file, and not a folder or prefix that contains it.</param>
/// <param name="Number">Its number among all files, from 1.</param>
/// <param name="Bytes">Its size, or <see langword="null"/> if the listing did not tell it.</param>
internal readonly record struct ListedFile(SourceFile File, bool IsNamed, int Number, long? Bytes);
