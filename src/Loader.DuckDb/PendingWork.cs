using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Something to write that waits for its transaction. It may share the transaction with other work.</summary>
/// <param name="path">The path of the database, for messages.</param>
/// <param name="abandon">Cancels it.</param>
internal abstract class PendingWork(string path, CancellationToken abandon)
{
    /// <summary>Gets the token that cancels it.</summary>
    public CancellationToken Abandon { get; } = abandon;

    /// <summary>Gets the number of rows that it brings.</summary>
    public abstract int RowCount { get; }

    /// <summary>Gets a task that ends when the work is completed.</summary>
    public abstract Task Completion { get; }

    /// <summary>Returns whether the work must not be in another transaction at the same moment as this one.</summary>
    public abstract bool Excludes(PendingWork other);

    /// <summary>Forgets what a transaction that was rolled back counted.</summary>
    public abstract void Reset();

    /// <summary>Completes it after the commit.</summary>
    public abstract void Settle();

    /// <summary>Completes it after its transaction was rolled back.</summary>
    public void Fail(Exception exception)
    {
        // An interrupted statement fails with the type of an interrupt or of a failed transaction, depending on what it was doing.
        bool isKnown = exception is OperationCanceledException or LoadException || DuckDbErrors.IsDuckDbError(exception);
        if (Abandon.IsCancellationRequested && isKnown)
        {
            Cancel();
        }
        else if (DuckDbErrors.IsDuckDbError(exception))
        {
            Fail(DuckDbErrors.FromStatement(path, exception));
        }
        else if (exception is LoadException failure)
        {
            Fail(failure);
        }
        else
        {
            Throw(exception);
        }
    }

    /// <summary>Completes it as cancelled.</summary>
    public abstract void Cancel();

    /// <summary>Completes it with a failure of the destination.</summary>
    protected abstract void Fail(LoadException failure);

    /// <summary>Completes it with an unexpected exception.</summary>
    protected abstract void Throw(Exception exception);
}

/// <summary>The valid rows of one batch.</summary>
/// <param name="path">The path of the database, for messages.</param>
/// <param name="table">The table that they are written to.</param>
/// <param name="batch">The batch, borrowed until the outcome is known.</param>
/// <param name="texts">The texts of its series.</param>
/// <param name="abandon">Cancels the write.</param>
internal sealed class PendingBatch(string path, DatasetTable table, MeasurementBatch batch, SeriesTexts texts, CancellationToken abandon)
    : PendingWork(path, abandon)
{
    private readonly TaskCompletionSource<WriteOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly (long Earliest, long Latest) _span = FindSpan(batch);
    private readonly TimeUnit _timeUnit = batch.TimeUnit;
    private List<RejectedRow>? _conflicts;

    public DatasetTable Table { get; } = table;

    public MeasurementBatch Batch { get; } = batch;

    public SeriesTexts Texts { get; } = texts;

    /// <inheritdoc/>
    public override int RowCount => Batch.Count;

    /// <inheritdoc/>
    public override Task Completion => _outcome.Task;

    /// <inheritdoc/>
    /// <remarks>Two transactions do not see each other's rows, so batches that may share an identity take turns.</remarks>
    public override bool Excludes(PendingWork other) =>
        other is PendingBatch batch && batch.Table.Dataset == Table.Dataset
        && (batch._timeUnit != _timeUnit || (batch._span.Earliest <= _span.Latest && batch._span.Latest >= _span.Earliest));

    /// <summary>Gets the outcome. It is never an exception of DuckDB or a cancellation.</summary>
    public Task<WriteOutcome> Outcome => _outcome.Task;

    /// <summary>
    /// Gets or sets the rows whose identity is in the table from a later row group of the same object, or twice in the batch.
    /// </summary>
    public int Duplicates { get; set; }

    /// <summary>Gets or sets the rows whose identity is in the table from a newer object.</summary>
    public int Superseded { get; set; }

    /// <summary>Gets or sets the rows whose identity is not in the table.</summary>
    public int Inserted { get; set; }

    /// <summary>Gets or sets the rows that replace the value or the unit of an older row.</summary>
    public int Updated { get; set; }

    /// <summary>Gets or sets the rows that are in the table with the same value and unit, and not with a higher version.</summary>
    public int Unchanged { get; set; }

    /// <summary>Gets how the accepted rows change the table.</summary>
    public TableChanges Changes => new(Inserted, Updated, Unchanged);

    /// <summary>Adds a row whose version the table holds with another value or unit.</summary>
    public void AddConflict(int row) => (_conflicts ??= []).Add(
        new RejectedRow(row, RejectionReason.VersionConflict, $"Another value is stored under the same version {Batch.VersionOf(row)}."));

    /// <inheritdoc/>
    public override void Reset() => (Duplicates, Superseded, Inserted, Updated, Unchanged, _conflicts) = (0, 0, 0, 0, 0, null);

    /// <inheritdoc/>
    public override void Settle()
    {
        _conflicts?.Sort(static (left, right) => left.Row.CompareTo(right.Row));
        _outcome.TrySetResult(new WriteOutcome
        {
            Written = Inserted + Updated + Unchanged,
            Superseded = Superseded,
            Duplicate = Duplicates,
            Rejected = _conflicts ?? [],
            Effort = new WriteEffort { Requests = 1 },
        });
    }

    /// <inheritdoc/>
    public override void Cancel() => _outcome.TrySetResult(new WriteOutcome { Unsettled = CountValid() });

    /// <inheritdoc/>
    protected override void Fail(LoadException failure) =>
        _outcome.TrySetResult(new WriteOutcome { Unsettled = CountValid(), Failure = failure });

    /// <inheritdoc/>
    protected override void Throw(Exception exception) => _outcome.TrySetException(exception);

    private static (long Earliest, long Latest) FindSpan(MeasurementBatch batch)
    {
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        long earliest = long.MaxValue;
        long latest = long.MinValue;
        for (int row = 0; row < times.Length; row++)
        {
            if (verdicts[row] == RejectionReason.None)
            {
                earliest = Math.Min(earliest, times[row]);
                latest = Math.Max(latest, times[row]);
            }
        }

        return (earliest, latest);
    }

    private int CountValid() => Batch.Verdicts.Count(RejectionReason.None);
}

/// <summary>Records of loaded files, see <see cref="LoadedFilesTable"/>.</summary>
/// <param name="path">The path of the database, for messages.</param>
/// <param name="files">The files.</param>
/// <param name="abandon">Cancels the write.</param>
internal sealed class PendingRecords(string path, IReadOnlyList<LoadedFile> files, CancellationToken abandon) : PendingWork(path, abandon)
{
    private readonly TaskCompletionSource _recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<LoadedFile> Files { get; } = files;

    /// <inheritdoc/>
    public override int RowCount => Files.Count;

    /// <inheritdoc/>
    public override Task Completion => _recorded.Task;

    /// <inheritdoc/>
    public override bool Excludes(PendingWork other) => other is PendingRecords;

    /// <inheritdoc/>
    public override void Reset()
    {
    }

    /// <inheritdoc/>
    public override void Settle() => _recorded.TrySetResult();

    /// <inheritdoc/>
    public override void Cancel() => _recorded.TrySetCanceled(Abandon);

    /// <inheritdoc/>
    protected override void Fail(LoadException failure) => _recorded.TrySetException(failure);

    /// <inheritdoc/>
    protected override void Throw(Exception exception) => _recorded.TrySetException(exception);
}
