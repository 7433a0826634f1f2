namespace Loader.Cli.Backfill;

/// <summary>What is to be loaded, and how: the input of the model of time and cost. All objects are alike.</summary>
internal sealed record BackfillPlan
{
    /// <summary>Gets the number of objects.</summary>
    public required long Objects { get; init; }

    /// <summary>Gets the size of an object in bytes.</summary>
    public long ObjectBytes { get; init; } = 50_000;

    /// <summary>Gets the rows of an object.</summary>
    public int Rows { get; init; } = 720;

    /// <summary>Gets the length of a key in bytes.</summary>
    public int KeyBytes { get; init; } = 80;

    /// <summary>Gets the items of a batch: <c>state_machines.backfill_items_per_batch</c>.</summary>
    public int ItemsPerBatch { get; init; } = 100;

    /// <summary>Gets the size of the objects of a call: <c>state_machines.backfill_bytes_per_call</c>.</summary>
    public long BytesPerCall { get; init; } = 268_435_456;

    /// <summary>Gets the batches that are loaded concurrently: <c>state_machines.backfill_max_concurrency</c>.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>Gets the objects that a call loads at once: <c>FILES_IN_FLIGHT</c>.</summary>
    public int FilesInFlight { get; init; } = 8;

    /// <summary>Gets the requests of a call in flight: <c>MAX_CONCURRENCY</c>.</summary>
    public int RequestsInFlight { get; init; } = 16;

    /// <summary>Gets the records of a request: <c>MAX_BATCH_SIZE</c>.</summary>
    public int RecordsPerRequest { get; init; } = 100;

    /// <summary>Gets the memory of the function in MB (2²⁰ bytes). 1,769 MB have one processor.</summary>
    public int MemoryMegabytes { get; init; } = 1_769;

    /// <summary>Gets the timeout of the function in seconds.</summary>
    public int TimeoutSeconds { get; init; } = 900;

    /// <summary>Gets the time of a request that reads from S3, in milliseconds.</summary>
    public double ReadMilliseconds { get; init; } = 30;

    /// <summary>Gets the time of a request that writes, in milliseconds.</summary>
    public double WriteMilliseconds { get; init; } = 50;

    /// <summary>Gets the processor time of an object, in milliseconds.</summary>
    public double CpuMilliseconds { get; init; } = 2;

    /// <summary>Gets the processor time of a row, in microseconds.</summary>
    public double CpuMicrosecondsPerRow { get; init; } = 1;

    /// <summary>Gets the time of a call apart from its objects, in milliseconds: connections, the table's description, metrics.</summary>
    public double CallMilliseconds { get; init; } = 150;

    /// <summary>Gets the time of a state transition, in milliseconds.</summary>
    public double TransitionMilliseconds { get; init; } = 50;
}
