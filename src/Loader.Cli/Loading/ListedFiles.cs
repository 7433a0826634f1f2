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
    private readonly HashSet<SourceFile> _known = [];

    private ListedFiles()
    {
    }

    /// <summary>Gets the files, in the order of the sources and of their names.</summary>
    public IReadOnlyList<ListedFile> Files => _files;

    /// <summary>Gets one result for each source that could not be listed.</summary>
    public IReadOnlyList<FileResult> Failures => _failures;

    /// <summary>Gets the folders and prefixes without Parquet files.</summary>
    public IReadOnlyList<string> EmptySources => _emptySources;

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
                listed.Fail(source, failure);
            }
            catch (UnauthorizedAccessException exception)
            {
                listed.Fail(
                    source, new SourceAccessDeniedException(
                        $"Access denied listing {PlainText.Escape(source)}: {PlainText.Escape(exception.Message)}", exception));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        return listed;
    }

    private async Task AddAsync(SourceListing listing, string source, CancellationToken cancellationToken)
    {
        bool isNamed = !SourceListing.IsFolder(source);
        bool isEmpty = true;
        await foreach (SourceFile file in listing.ListAsync(source, cancellationToken).ConfigureAwait(false))
        {
            isEmpty = false;
            if (!_known.Add(file))
            {
                continue;
            }

            if (isNamed && file.IsLocal && !File.Exists(file.Key))
            {
                throw new SourceNotFoundException(
                    $"{PlainText.Escape(source)} does not exist: there is no file or folder with that name.")
                {
                    File = file,
                };
            }

            _files.Add(new ListedFile(file, isNamed));
        }

        if (isEmpty)
        {
            _emptySources.Add(source);
        }
    }

    private void Fail(string source, LoadException failure) =>
        _failures.Add(new FileResult(source) { Status = LoadStatus.Failed, Failure = failure, WasNamed = true });
}

/// <summary>A file to load.</summary>
/// <param name="File">The file.</param>
/// <param name="IsNamed">Whether the user named this file, and not a folder or prefix that contains it.</param>
internal readonly record struct ListedFile(SourceFile File, bool IsNamed);
