using System.Runtime.ExceptionServices;
using System.Text;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Lambda.Loading;

/// <summary>Makes one exception of the failures of an event, for a state machine and a queue see one name.</summary>
internal static class FailureOfMany
{
    private const int MaxChars = 6_000;

    /// <summary>Throws where any object failed: the failure itself, or one of the same type that tells of all.</summary>
    /// <remarks>
    /// A defect wins over a failure, and a permanent failure over transient ones: the exception is transient only if all failures are. Of equals the first wins.
    /// </remarks>
    public static void ThrowIfAny(IReadOnlyList<ObjectOutcome> outcomes)
    {
        List<ObjectOutcome> failed = [.. outcomes.Where(outcome => outcome.Failure is not null)];
        if (failed.Count == 0)
        {
            return;
        }

        ExceptionDispatchInfo telling = failed.MinBy(Rank)!.Failure!;
        if (failed.Count > 1 && telling.SourceException is LoadException failure)
        {
            throw SameKind(failure, MessageOf(failed, outcomes.Count));
        }

        telling.Throw();
    }

    private static int Rank(ObjectOutcome outcome) => outcome.Failure!.SourceException switch
    {
        LoadException { IsTransient: true } => 2,
        LoadException => 1,
        _ => 0,
    };

    private static string MessageOf(List<ObjectOutcome> failed, int all)
    {
        var text = new StringBuilder($"{failed.Count} of {all} objects failed.");
        for (int i = 0; i < failed.Count; i++)
        {
            Exception exception = failed[i].Failure!.SourceException;
            string line = $" ({i + 1}) {PlainText.Escape(failed[i].File.ToString())}: {exception.GetType().Name}: {exception.Message}";
            if (text.Length + line.Length > MaxChars)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $" … and {failed.Count - i} more.");
                break;
            }

            text.Append(line);
        }

        return text.ToString();
    }

    /// <summary>The first failure is the cause, so that nothing it carries is lost.</summary>
    internal static LoadException SameKind(LoadException failure, string message) => failure switch
    {
        ConfigurationException => new ConfigurationException(message, failure),
        DestinationAccessDeniedException => new DestinationAccessDeniedException(message, failure),
        DestinationMissingException => new DestinationMissingException(message, failure),
        DestinationRefusedException => new DestinationRefusedException(message, failure),
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
        UnavailableException => new UnavailableException(message, failure),
        UnknownDatasetException => new UnknownDatasetException(message, failure),
        _ => failure,
    };
}
