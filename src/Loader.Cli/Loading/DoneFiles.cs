using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Cli.Loading;

/// <summary>Says whether a file is done already and still the same object.</summary>
/// <param name="source">Where files are read; their footers tell the ETag for one small request.</param>
internal sealed class DoneFiles(IParquetSource source)
{
    /// <summary>Compares a file with the line of the journal that calls it done.</summary>
    /// <returns>Whether it can be passed by. A file that cannot be opened is not: loading it says why.</returns>
    public async Task<bool> HasAsync(ResumeJournal journal, SourceFile file, CancellationToken cancellationToken)
    {
        if (journal.DoneOf(file) is not { } entry || !DatasetType.TryParse(entry.Dataset, out DatasetType? dataset))
        {
            return false;
        }

        try
        {
            IParquetFile open = await source.OpenAsync(file, dataset, cancellationToken).ConfigureAwait(false);
            await using (open.ConfigureAwait(false))
            {
                return string.Equals(open.ETag, entry.ETag, StringComparison.Ordinal);
            }
        }
        catch (LoadException)
        {
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
