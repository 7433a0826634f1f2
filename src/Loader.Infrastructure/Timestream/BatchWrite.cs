using Loader.Application.Ports;
using Loader.Application.Results;

namespace Loader.Infrastructure.Timestream;

/// <summary>Writes one batch: hands its rows out to lanes of requests and adds up what they settled.</summary>
/// <param name="session">What all loads share.</param>
/// <param name="fate">What the batch's load knows.</param>
/// <param name="table">The table.</param>
/// <param name="plan">The rows; borrowed.</param>
internal sealed class BatchWrite(TimestreamSession session, LoadFate fate, TableName table, WritePlan plan)
{
    private int _requestsTaken;

    /// <summary>Gets what the batch's load knows.</summary>
    public LoadFate Fate => fate;

    /// <summary>Gets the table.</summary>
    public TableName Table => table;

    /// <summary>Gets the rows.</summary>
    public WritePlan Plan => plan;

    /// <summary>Writes the batch.</summary>
    /// <param name="cancellationToken">Abandons what is in flight.</param>
    /// <returns>The outcome.</returns>
    public async Task<WriteOutcome> RunAsync(CancellationToken cancellationToken)
    {
        int requests = (plan.Count + session.MaxBatchSize - 1) / session.MaxBatchSize;

        // A request that waits to be sent again holds a lane but no permit, so there are more lanes than permits, and not so many that a service which
        // throttles everything is asked without end.
        var lanes = new RequestLane[Math.Min(requests, session.Lanes)];
        var running = new Task[lanes.Length];
        for (int i = 0; i < lanes.Length; i++)
        {
            RequestLane lane = lanes[i] = new RequestLane(session, this);
            running[i] = Task.Run(() => lane.RunAsync(cancellationToken), CancellationToken.None);
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        foreach (RequestLane lane in lanes)
        {
            lane.Dispose();
        }

        return Sum(lanes);
    }

    /// <summary>Takes the next rows that are to go into one request.</summary>
    /// <param name="start">Their first place in the plan.</param>
    /// <param name="count">Their number.</param>
    /// <returns>Whether there are any, and the load can go on.</returns>
    public bool TryTake(out int start, out int count)
    {
        (start, count) = (0, 0);
        if (fate.Failure is not null)
        {
            return false;
        }

        long next = (long)(Interlocked.Increment(ref _requestsTaken) - 1) * session.MaxBatchSize;
        if (next >= plan.Count)
        {
            return false;
        }

        start = (int)next;
        count = Math.Min(session.MaxBatchSize, plan.Count - start);
        return true;
    }

    private WriteOutcome Sum(RequestLane[] lanes)
    {
        int written = 0;
        int superseded = 0;
        int duplicate = 0;
        var rejected = new List<RejectedRow>();
        var effort = default(WriteEffort);
        foreach (RequestLane lane in lanes)
        {
            written += lane.Tally.Written;
            superseded += lane.Tally.Superseded;
            duplicate += lane.Tally.Duplicate;
            rejected.AddRange(lane.Tally.Rejected);
            effort += lane.Tally.Effort;
        }

        rejected.Sort(static (left, right) => left.Row.CompareTo(right.Row));
        int unsettled = plan.Count - written - superseded - duplicate - rejected.Count;
        return new WriteOutcome
        {
            Written = written,
            Superseded = superseded,
            Duplicate = duplicate + plan.Duplicates,
            Rejected = rejected,
            Unsettled = unsettled,
            Effort = effort,
            Failure = unsettled > 0 ? fate.Failure : null,
        };
    }
}
