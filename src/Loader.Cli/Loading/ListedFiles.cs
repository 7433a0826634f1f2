using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Loading;

/// <summary>The files of all sources, without repetitions.</summary>
internal sealed class ListedFiles
{
    private readonly List<ListedFile> _files = [];
    private readonly List<FileResult> _failures = [];
    private readonly List<string> _emptySources = [];
    private readonly Dictionary<SourceFile, int> _known = [];

    private ListedFiles()
    {
    }

    /// <summary>Gets the files, in the order of the sources and of their names.</summary>
    public IReadOnlyList<ListedFile> Files => _files;

    /// <summary>Gets one result for each source, and each folder in a source, that could not be listed.</summary>
    public IReadOnlyList<FileResult> Failures => _failures;

    /// <summary>Gets the folders and prefixes without a file to load.</summary>
    public IReadOnlyList<string> EmptySources => _emptySources;

    /// <summary>Gets the files that are not loaded.</summary>
    public SkippedFiles Skipped { get; } = new();

    /// <summary>Gets a value indicating whether the listing was stopped before its end.</summary>
    public bool WasStopped { get; private set; }

    /// <summary>
    /// Lists all sources. A source that cannot be listed does not stop the others; cancelling stops the listing and keeps the files found
    /// so far.
    /// </summary>
    public static async Task<ListedFiles> ListAsync(
        SourceListing listing, IReadOnlyList<string> sources, CancellationToken cancellationToken)
    {
        var listed = new ListedFiles();
        foreach (string source in sources)
        {
            try
            {
                await listed.AddAsync(listing, source, cancellationToken).ConfigureAwait(false);
            }
            catch (LoadException failure)
            {
                listed.Fail(source, failure, wasNamed: true);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                listed.WasStopped = true;
                break;
            }
        }

        return listed;
    }

    private async Task AddAsync(SourceListing listing, string source, CancellationToken cancellationToken)
    {
        bool isNamed = !SourceListing.IsFolder(source);
        bool isEmpty = true;
        await foreach (SourceEntry entry in listing.ListAsync(source, cancellationToken).ConfigureAwait(false))
        {
            if (entry.SkippedBecause is { } reason)
            {
                Skipped.Add(reason);
            }
            else if (entry.Failure is { } failure)
            {
                isEmpty = false;
                Fail(entry.File.ToString(), failure, wasNamed: false);
            }
            else
            {
                isEmpty = false;
                Add(new ListedFile(entry.File, isNamed));
            }
        }

        if (isEmpty)
        {
            _emptySources.Add(source);
        }
    }

    /// <summary>Adds a file once. One that a person names counts as named, even if a folder contains it too.</summary>
    private void Add(ListedFile file)
    {
        SourceFile identity = file.File.IsLocal ? SourceFile.OnDisk(Path.GetFullPath(file.File.Key)) : file.File;
        if (_known.TryAdd(identity, _files.Count))
        {
            _files.Add(file);
            return;
        }

        Skipped.Add(SkipReason.Repeated);
        int first = _known[identity];
        _files[first] = _files[first] with { IsNamed = _files[first].IsNamed || file.IsNamed };
    }

    private void Fail(string name, LoadException failure, bool wasNamed) =>
        _failures.Add(new FileResult(name) { Status = LoadStatus.Failed, Failure = failure, WasNamed = wasNamed });
}

/// <summary>A file to load.</summary>
/// <param name="File">The file.</param>
/// <param name="IsNamed">Whether the user named this file, and not a folder or prefix that contains it.</param>
internal readonly record struct ListedFile(SourceFile File, bool IsNamed);
