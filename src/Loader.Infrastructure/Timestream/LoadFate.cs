using Loader.Application.Results;

namespace Loader.Infrastructure.Timestream;

/// <summary>What the requests of one load know of each other: whether the load can go on.</summary>
internal sealed class LoadFate
{
    /// <summary>How many single rows in a row may be refused with the same words before the load stops, when nothing was accepted yet.</summary>
    public const int MaxIdenticalRefusals = 10;

    /// <summary>How many may be refused with whatever words.</summary>
    public const int MaxRefusals = 100;

    private readonly Lock _gate = new();
    private LoadException? _failure;
    private bool _anyAccepted;
    private string? _lastReason;
    private int _identical;
    private int _refusals;

    /// <summary>Gets why the load cannot go on; <see langword="null"/> while it can.</summary>
    public LoadException? Failure => Volatile.Read(ref _failure);

    /// <summary>Ends the load. The first failure stays.</summary>
    /// <param name="failure">Why.</param>
    public void Fail(LoadException failure) => Interlocked.CompareExchange(ref _failure, failure, null);

    /// <summary>Notes that a record was accepted: from then on a refusal speaks of its row and not of the table.</summary>
    public void Accepted() => Volatile.Write(ref _anyAccepted, true);

    /// <summary>Notes that a row was refused on its own, and ends the load where everything is.</summary>
    /// <param name="reason">The service's words.</param>
    /// <param name="table">The table.</param>
    public void Refused(string reason, in TableName table)
    {
        if (Volatile.Read(ref _anyAccepted))
        {
            return;
        }

        lock (_gate)
        {
            _identical = string.Equals(reason, _lastReason, StringComparison.Ordinal) ? _identical + 1 : 1;
            _lastReason = reason;
            _refusals++;
            if (_identical >= MaxIdenticalRefusals || _refusals >= MaxRefusals)
            {
                Fail(new DestinationRefusedException(
                    $"Timestream accepted nothing and refused {_refusals} rows one by one, the last with: {reason}. Table {table}. "
                    + "The load stops, as all other rows would be refused too."));
            }
        }
    }
}
