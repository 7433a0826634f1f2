using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Loading;

/// <summary>Lists the files of all sources as they are found, without repetitions.</summary>
/// <remarks>
/// The memory does not grow with the number of files, except for sources that contain each other, and for a list on standard input, whose
/// next source is not known: 16 bytes of each file are remembered then, because only those can be found twice.
/// </remarks>
/// <param name="listing">Lists the files of a source.</param>
/// <param name="sources">The sources; <see cref="ListSource"/> stands for those on standard input.</param>
/// <param name="filter">Leaves out files.</param>
/// <param name="input">Standard input.</param>
internal sealed class ListedFiles(SourceListing listing, IReadOnlyList<string> sources, SourceFilter filter, TextReader input)
{
    /// <summary>The source that stands for a list of sources on standard input.</summary>
    public const string ListSource = "-";

    /// <summary>A page of S3, including what is skipped. The number of all files of a smaller run is known before it begins.</summary>
    private const int FullPage = 1_000;

    private readonly bool _hasList = sources.Contains(ListSource);
    private readonly List<string> _emptySources = [];
    private readonly HashSet<UInt128> _known = [];
    private int _found;

    /// <summary>
    /// Gets the number of entries that are listed before the first file is loaded, and again while it is loaded. A list on standard input
    /// can be written slowly, so its files are loaded one by one as they come.
    /// </summary>
    public int PageSize => _hasList ? 1 : FullPage;

    /// <summary>Gets the number of files found so far.</summary>
    public int Found => Volatile.Read(ref _found);

    /// <summary>Gets the sources without a file to load, apart from files.</summary>
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
            : [.. sources.Where(source => !SourceListing.IsCollection(source)).Select(SourceIdentity.OfNamed)];
        for (int i = 0; i < sources.Count && !WasStopped; i++)
        {
            int at = i;
            bool mayRepeat = _hasList || sources.Where((_, other) => other != at).Any(other => SourceIdentity.Overlap(sources[at], other));
            if (sources[i] != ListSource)
            {
                await foreach (ListedFile? file in ListSourceAsync(sources[i], mayRepeat).ConfigureAwait(false))
                {
                    yield return file;
                }

                continue;
            }

            bool isEmpty = true;
            while (await ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    isEmpty = false;
                    await foreach (ListedFile? file in ListSourceAsync(line, mayRepeat).ConfigureAwait(false))
                    {
                        yield return file;
                    }
                }
            }

            if (isEmpty && !WasStopped)
            {
                _emptySources.Add(ListSource);
            }
        }

        async IAsyncEnumerable<ListedFile?> ListSourceAsync(string source, bool mayRepeat)
        {
            bool isEmpty = true;
            IAsyncEnumerator<SourceEntry> entries = listing.ListAsync(source, filter, stop).GetAsyncEnumerator(stop);
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
                    else if (mayRepeat && !_known.Add(Hash(entry.File)))
                    {
                        Skipped.Add(SkipReason.Repeated);
                        yield return null;
                    }
                    else
                    {
                        // A file that a person names counts as named, even if a folder that contains it comes first.
                        yield return new ListedFile(
                            entry.File,
                            entry.IsNamed || (mayRepeat && named.Contains(SourceIdentity.Of(entry.File))),
                            ++_found,
                            entry.Bytes);
                    }
                }
            }

            if (isEmpty && !WasStopped)
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

        async ValueTask<string?> ReadLineAsync()
        {
            if (WasStopped)
            {
                return null;
            }

            try
            {
                // A read of a terminal cannot be cancelled, so only the wait for it ends.
                return await input.ReadLineAsync(stop).AsTask().WaitAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                WasStopped = true;
            }
            catch (IOException failure)
            {
                string message = $"The list of sources on standard input cannot be read: {PlainText.Escape(failure.Message)}";
                Fail(ListSource, new UnavailableException(message, failure), wasNamed: true);
            }

            return null;
        }

        void Fail(string name, LoadException failure, bool wasNamed) =>
            failed(new FileResult(name) { Status = LoadStatus.Failed, Failure = failure, WasNamed = wasNamed });
    }

    private static UInt128 Hash(SourceFile file) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(SourceIdentity.Of(file).ToString())));
}

/// <summary>A file to load.</summary>
/// <param name="File">The file.</param>
/// <param name="IsNamed">Whether the user named this file, and not a folder or prefix that contains it.</param>
/// <param name="Number">Its number among all files, from 1.</param>
/// <param name="Bytes">Its size, or <see langword="null"/> if the listing did not tell it.</param>
internal readonly record struct ListedFile(SourceFile File, bool IsNamed, int Number, long? Bytes);
