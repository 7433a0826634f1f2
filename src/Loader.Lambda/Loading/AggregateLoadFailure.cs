using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Text;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Lambda.Loading;

/// <summary>
/// Combines the failures of an event into one exception, because a state machine and a queue see only one exception name.
/// </summary>
internal static class AggregateLoadFailure
{
    private const int MaxChars = 6_000;

    /// <summary>
    /// Throws if any object failed. One failure is rethrown; for several, an exception of the same type lists all of them.
    /// </summary>
    /// <remarks>
    /// The type is that of the most severe failure: a defect before a permanent failure, a permanent failure before a transient one, and
    /// the first among equals. The exception is therefore transient only if all failures are.
    /// </remarks>
    public static void ThrowIfAny(IReadOnlyList<ObjectOutcome> outcomes)
    {
        List<ObjectOutcome> failed = [.. outcomes.Where(outcome => outcome.Failure is not null)];
        if (failed.Count == 0)
        {
            return;
        }

        if (failed.Count == 1)
        {
            failed[0].Failure!.Throw();
        }

        Throw(
            $"{failed.Count} of {outcomes.Count} objects failed.",
            [.. failed.Select(outcome => (outcome.File.ToString(), outcome.Failure!))]);
    }

    /// <summary>Throws an exception of the type of the most severe failure that lists all of them.</summary>
    /// <param name="summary">The beginning of the message.</param>
    /// <param name="failed">The failed objects, at least one.</param>
    [DoesNotReturn]
    public static void Throw(string summary, IReadOnlyList<(string Name, ExceptionDispatchInfo Failure)> failed)
    {
        ExceptionDispatchInfo mostSevere = failed.MinBy(item => Severity(item.Failure.SourceException)).Failure;
        if (mostSevere.SourceException is LoadException failure)
        {
            throw WithMessage(failure, ListFailures(summary, failed));
        }

        mostSevere.Throw();
    }

    private static int Severity(Exception failure) => failure switch
    {
        LoadException { IsTransient: true } => 2,
        LoadException => 1,
        _ => 0,
    };

    private static string ListFailures(string summary, IReadOnlyList<(string Name, ExceptionDispatchInfo Failure)> failed)
    {
        var text = new StringBuilder(summary);
        for (int i = 0; i < failed.Count; i++)
        {
            Exception exception = failed[i].Failure.SourceException;
            string line = $" ({i + 1}) {PlainText.Escape(failed[i].Name)}: {exception.GetType().Name}: {exception.Message}";
            if (text.Length + line.Length > MaxChars)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $" … and {failed.Count - i} more.");
                break;
            }

            text.Append(line);
        }

        return text.ToString();
    }

    /// <summary>Creates an exception of the same type. The failure becomes the inner exception, so that none of its data is lost.</summary>
    internal static LoadException WithMessage(LoadException failure, string message) => failure switch
    {
        ConfigurationException => new ConfigurationException(message, failure),
        DestinationAccessDeniedException => new DestinationAccessDeniedException(message, failure),
        DestinationMissingException => new DestinationMissingException(message, failure),
        DestinationRefusedException => new DestinationRefusedException(message, failure),
        ConflictingRowsException => new ConflictingRowsException(message, failure),
        EverythingFilteredException => new EverythingFilteredException(message, failure),
        IncompleteLoadException incomplete => new IncompleteLoadException(message, incomplete.Resume, failure),
        InvalidEventException => new InvalidEventException(message, failure),
        LedgerImbalanceException => new LedgerImbalanceException(message, failure),
        NoProgressException => new NoProgressException(message, failure),
        RejectedRowsNotKeptException => new RejectedRowsNotKeptException(message, failure.IsTransient, failure),
        RowGroupTooLargeException => new RowGroupTooLargeException(message, failure),
        SchemaMismatchException => new SchemaMismatchException(message, failure),
        SourceAccessDeniedException => new SourceAccessDeniedException(message, failure),
        SourceChangedException => new SourceChangedException(message, failure),
        SourceCorruptException => new SourceCorruptException(message, failure),
        SourceNotFoundException => new SourceNotFoundException(message, failure),
        ThrottledException throttled => new ThrottledException(message, failure) { LastsForHours = throttled.LastsForHours },
        TooManyInvalidRowsException => new TooManyInvalidRowsException(message, failure),
        TooManySeriesException series => new TooManySeriesException(message, failure) { IsShared = series.IsShared },
        UnavailableException => new UnavailableException(message, failure),
        UnknownDatasetException => new UnknownDatasetException(message, failure),
        _ => failure,
    };
}
