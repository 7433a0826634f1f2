using Loader.Application.Results;

namespace Loader.Infrastructure.Requests;

/// <summary>Records why a load has to be aborted. Shared by all requests of the load; thread-safe.</summary>
/// <param name="load">The number of the load among all loads of the process.</param>
/// <param name="destination">The destination in messages, such as <c>Timestream table 'generation' of database 'energy'</c>.</param>
/// <param name="toException">Converts an error that ends the load.</param>
internal sealed class LoadAbortState(long load, string destination, Func<ServiceError, RetryCounts, LoadException> toException)
{
    /// <summary>
    /// Maximum number of consecutive requests rejected with the same message before the load is aborted. Applies until a record is
    /// accepted.
    /// </summary>
    public const int MaxIdenticalRejections = 10;

    /// <summary>
    /// Maximum number of requests rejected with any message before the load is aborted. Applies until a record is accepted.
    /// </summary>
    public const int MaxRejections = 100;

    private readonly Lock _gate = new();
    private LoadException? _failure;
    private bool _anyAccepted;
    private string? _lastMessage;
    private int _identicalRejections;
    private int _rejections;

    /// <summary>Gets the number of the load. Requests of loads with lower numbers go first.</summary>
    public long Load => load;

    /// <summary>Gets the failure that aborted the load, or <see langword="null"/> while the load goes on.</summary>
    public LoadException? Failure => Volatile.Read(ref _failure);

    /// <summary>Aborts the load because of an error that no retry removes.</summary>
    /// <param name="error">The error.</param>
    /// <param name="counts">The counts of the failed request.</param>
    public void Abort(ServiceError error, RetryCounts counts) => Abort(toException(error, counts));

    /// <summary>Aborts the load. Only the first failure is kept.</summary>
    /// <param name="failure">The failure.</param>
    public void Abort(LoadException failure) => Interlocked.CompareExchange(ref _failure, failure, null);

    /// <summary>Records that the service accepted a record. From now on, a rejection concerns its row and not the table.</summary>
    public void RecordAccepted() => Volatile.Write(ref _anyAccepted, true);

    /// <summary>
    /// Records that the service rejected every row of a request, and aborts the load if it has rejected every row so far.
    /// </summary>
    /// <param name="message">The error message of the service.</param>
    public void RowRejected(string message)
    {
        if (Volatile.Read(ref _anyAccepted))
        {
            return;
        }

        lock (_gate)
        {
            _identicalRejections = string.Equals(message, _lastMessage, StringComparison.Ordinal) ? _identicalRejections + 1 : 1;
            _lastMessage = message;
            _rejections++;
            if (_identicalRejections >= MaxIdenticalRejections || _rejections >= MaxRejections)
            {
                Abort(new DestinationRefusedException(
                    $"{destination} accepted no record of the load and refused every row of {_rejections} requests. The last message "
                    + $"was: {message}. The load was aborted because the remaining rows would be rejected too. Check the table and the "
                    + "data."));
            }
        }
    }
}
