using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Loader.Application.Results;

/// <summary>The outcome of one row. A <see cref="Ledger"/> has one count for each member, in this order.</summary>
/// <remarks>
/// The names are part of log entries and metrics: do not rename them. <see cref="Filtered"/> stays last, because the ledger takes its size
/// from it.
/// </remarks>
public enum RowOutcome
{
    /// <summary>The destination accepted the row.</summary>
    Written,

    /// <summary>The destination already holds the value of a newer object.</summary>
    Superseded,

    /// <summary>The same series and time occur again later in the same file; the last row is stored.</summary>
    Duplicate,

    /// <summary>The row failed validation and was not sent.</summary>
    Invalid,

    /// <summary>The destination refused the row.</summary>
    Rejected,

    /// <summary>The outcome is unknown, because the load failed or was stopped.</summary>
    Unsettled,

    /// <summary>
    /// The row was left out on purpose: by a condition of the mapping, because it is an empty cell of a column that the mapping turns into
    /// rows, or because its time is outside of the range to load.
    /// </summary>
    Filtered,
}

/// <summary>Counts the rows that were read, and their outcomes. Every row has exactly one outcome, so the counts must balance.</summary>
/// <remarks>
/// Balanced means that <see cref="Read"/> is the sum of the counts of all <see cref="Outcomes"/>. <see langword="default"/> is empty and
/// balanced.
/// </remarks>
public readonly record struct Ledger
{
    private const int OutcomeCount = (int)RowOutcome.Filtered + 1;

    private readonly Counts _counts;

    private Ledger(long read, in Counts counts)
    {
        Read = read;
        _counts = counts;
    }

    /// <summary>Gets all outcomes, in the order in which they are reported.</summary>
    public static ImmutableArray<RowOutcome> Outcomes { get; } = [.. Enum.GetValues<RowOutcome>()];

    /// <summary>Gets the number of rows read from the file.</summary>
    public long Read { get; init; }

    /// <summary>Gets the number of rows that the destination accepted.</summary>
    public long Written { get => this[RowOutcome.Written]; init => this[RowOutcome.Written] = value; }

    /// <summary>Gets the number of rows for which the destination already holds the value of a newer object.</summary>
    public long Superseded { get => this[RowOutcome.Superseded]; init => this[RowOutcome.Superseded] = value; }

    /// <summary>Gets the number of rows whose series and time occur again later in the same file; the last row is stored.</summary>
    public long Duplicate { get => this[RowOutcome.Duplicate]; init => this[RowOutcome.Duplicate] = value; }

    /// <summary>Gets the number of rows that failed validation and were not sent.</summary>
    public long Invalid { get => this[RowOutcome.Invalid]; init => this[RowOutcome.Invalid] = value; }

    /// <summary>Gets the number of rows that the destination refused.</summary>
    public long Rejected { get => this[RowOutcome.Rejected]; init => this[RowOutcome.Rejected] = value; }

    /// <summary>Gets the number of rows whose outcome is unknown; 0 unless the load failed or was stopped.</summary>
    public long Unsettled { get => this[RowOutcome.Unsettled]; init => this[RowOutcome.Unsettled] = value; }

    /// <summary>Gets the number of rows that were left out on purpose; 0 without a mapping and a range of time.</summary>
    public long Filtered { get => this[RowOutcome.Filtered]; init => this[RowOutcome.Filtered] = value; }

    /// <summary>Gets a value indicating whether the outcomes add up to <see cref="Read"/> and no count is negative.</summary>
    public bool IsBalanced
    {
        get
        {
            long sum = 0;
            foreach (long count in _counts)
            {
                if (count < 0)
                {
                    return false;
                }

                sum += count;
            }

            return sum == Read;
        }
    }

    /// <summary>Gets the number of rows with an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    public long this[RowOutcome outcome]
    {
        get => _counts[(int)outcome];
        init => _counts[(int)outcome] = value;
    }

    /// <summary>Adds two ledgers, count by count.</summary>
    /// <param name="left">The first ledger.</param>
    /// <param name="right">The second ledger.</param>
    /// <returns>The sum.</returns>
    public static Ledger operator +(Ledger left, Ledger right)
    {
        Counts sum = left._counts;
        for (int outcome = 0; outcome < OutcomeCount; outcome++)
        {
            sum[outcome] += right._counts[outcome];
        }

        return new Ledger(left.Read + right.Read, sum);
    }

    /// <inheritdoc/>
    public bool Equals(Ledger other) => Read == other.Read && ((ReadOnlySpan<long>)_counts).SequenceEqual(other._counts);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Read);
        foreach (long count in _counts)
        {
            hash.Add(count);
        }

        return hash.ToHashCode();
    }

    /// <summary>Returns all counts as text.</summary>
    /// <returns>Text such as <c>3 read, 2 written, 0 superseded, 0 duplicate, 1 invalid, 0 rejected, 0 unsettled, 0 filtered</c>.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Read} read");
        foreach (RowOutcome outcome in Outcomes)
        {
            text.Append(CultureInfo.InvariantCulture, $", {this[outcome]} {outcome.ToString().ToLowerInvariant()}");
        }

        return text.ToString();
    }

    [InlineArray(OutcomeCount)]
    private struct Counts
    {
        private long _first;
    }
}
