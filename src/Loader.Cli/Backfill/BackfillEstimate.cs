namespace Loader.Cli.Backfill;

/// <summary>What a backfill takes, by the model of docs/backfill.md. The property names are a contract.</summary>
/// <param name="Objects">The number of objects.</param>
/// <param name="ItemsPerBatch">The items of a batch, as the bytes of their input allow.</param>
/// <param name="Batches">The number of child executions.</param>
/// <param name="Transitions">The number of state transitions.</param>
/// <param name="Calls">The number of calls of the function.</param>
/// <param name="CallSeconds">The duration of a call.</param>
/// <param name="DurationSeconds">The duration of the backfill.</param>
/// <param name="RequestsInFlight">The most requests that the destination receives at once.</param>
/// <param name="GigabyteSeconds">The time of the function × its memory.</param>
/// <param name="Reads">The number of GET requests.</param>
/// <param name="Lists">The number of LIST requests.</param>
internal sealed record BackfillEstimate(
    long Objects,
    int ItemsPerBatch,
    long Batches,
    long Transitions,
    long Calls,
    double CallSeconds,
    double DurationSeconds,
    long RequestsInFlight,
    double GigabyteSeconds,
    long Reads,
    long Lists)
{
    /// <summary>The start of the execution and its states before and with the map.</summary>
    private const int ParentTransitions = 4;

    /// <summary>The start of a child, Begin, Load, Complete? and Loaded.</summary>
    private const int ChildTransitions = 5;

    /// <summary>Pause, Load and Complete?.</summary>
    private const int FurtherCallTransitions = 3;

    private const int MaxInputBytes = 65_536;

    /// <summary>The JSON of an item without its key.</summary>
    private const int ItemBytes = 80;

    private const int ObjectsPerList = 1_000;

    /// <summary>The time that a call leaves before its timeout.</summary>
    private const int GraceSeconds = 5;

    /// <summary>Gets the cost of state transitions, in USD.</summary>
    public required decimal TransitionCost { get; init; }

    /// <summary>Gets the cost of the function, in USD.</summary>
    public required decimal FunctionCost { get; init; }

    /// <summary>Gets the cost of requests to S3, in USD.</summary>
    public required decimal RequestCost { get; init; }

    /// <summary>Gets the sum of the costs, in USD. Writes to the destination are not part of it.</summary>
    public decimal Cost => TransitionCost + FunctionCost + RequestCost;

    /// <summary>Computes the estimate. No object fails, and no request is throttled.</summary>
    public static BackfillEstimate Compute(BackfillPlan plan, BackfillPrices prices)
    {
        int perBatch = (int)Math.Clamp(MaxInputBytes / (plan.KeyBytes + ItemBytes), 1, plan.ItemsPerBatch);
        long batches = CeilingOf(plan.Objects, perBatch);
        double objectsPerBatch = batches == 0 ? 1 : plan.Objects / (double)batches;

        // A call begins objects until their bytes are used up, and ends them or leaves the rest before its timeout.
        double objectsPerCall = Math.Min(objectsPerBatch, Math.Max(1, plan.BytesPerCall / Math.Max(plan.ObjectBytes, 1)));
        double callsForBytes = Math.Ceiling(objectsPerBatch / objectsPerCall);
        double workSeconds = WorkSeconds(plan, objectsPerBatch / callsForBytes);
        double callsForTime = Math.Ceiling(workSeconds / Math.Max(plan.TimeoutSeconds - GraceSeconds, 1));
        double calls = callsForBytes * Math.Max(callsForTime, 1);
        double callSeconds = (plan.CallMilliseconds / 1_000) + (workSeconds / Math.Max(callsForTime, 1));

        double childTransitions = ChildTransitions + (FurtherCallTransitions * (calls - 1));
        double childSeconds = (calls * callSeconds) + (calls - 1) + (childTransitions * plan.TransitionMilliseconds / 1_000);
        double duration = batches == 0 ? 0 : Math.Max(childSeconds, batches * childSeconds / plan.Concurrency);
        long allCalls = batches * (long)calls;
        long transitions = ParentTransitions + (batches * (long)childTransitions);
        double gigabyteSeconds = allCalls * callSeconds * plan.MemoryMegabytes / 1_024;
        long lists = CeilingOf(plan.Objects, ObjectsPerList);
        return new BackfillEstimate(
            plan.Objects,
            perBatch,
            batches,
            transitions,
            allCalls,
            callSeconds,
            duration,
            Math.Min(batches, plan.Concurrency) * plan.RequestsInFlight,
            gigabyteSeconds,
            plan.Objects,
            lists)
        {
            TransitionCost = transitions * prices.PerMillionTransitions / 1_000_000,
            FunctionCost = (allCalls * prices.PerMillionCalls / 1_000_000) + ((decimal)gigabyteSeconds * prices.PerGigabyteSecond),
            RequestCost = (plan.Objects * prices.PerThousandReads / 1_000) + (lists * prices.PerThousandLists / 1_000),
        };
    }

    /// <summary>
    /// Returns the time that the objects of a call take: that of their round trips, of the requests that share the limit, or of the
    /// processor, whichever is longest.
    /// </summary>
    private static double WorkSeconds(BackfillPlan plan, double objects)
    {
        double requests = Math.Ceiling(plan.Rows / (double)plan.RecordsPerRequest);
        double roundTrips = plan.ReadMilliseconds + (plan.WriteMilliseconds * Math.Ceiling(requests / plan.RequestsInFlight));
        double side = Math.Ceiling(objects / plan.FilesInFlight) * roundTrips;
        double writes = objects * requests * plan.WriteMilliseconds / plan.RequestsInFlight;
        double processors = plan.MemoryMegabytes / 1_769.0;
        double cpu = objects * (plan.CpuMilliseconds + (plan.Rows * plan.CpuMicrosecondsPerRow / 1_000)) / processors;
        return Math.Max(side, Math.Max(writes, cpu)) / 1_000;
    }

    private static long CeilingOf(long number, long divisor) => (number + divisor - 1) / divisor;
}

/// <summary>The JSON document of <c>backfill estimate</c>.</summary>
/// <param name="Prices">The prices.</param>
/// <param name="Estimates">For each number of objects, the estimate in batches and the one with one object a call.</param>
internal sealed record BackfillDocument(BackfillPrices Prices, IReadOnlyList<BackfillComparison> Estimates);

/// <summary>The estimates for a number of objects.</summary>
/// <param name="Batched">In batches.</param>
/// <param name="Single">With one object a call.</param>
internal sealed record BackfillComparison(BackfillEstimate Batched, BackfillEstimate Single);
