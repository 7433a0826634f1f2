namespace Loader.Application.Results;

/// <summary>What became of every row that was read: the seven counts balance, or the loader has a defect.</summary>
/// <remarks><c>Read = Written + Superseded + Duplicate + Invalid + Rejected + Unsettled</c>. The default is empty and balances.</remarks>
public readonly record struct Ledger
{
    /// <summary>Gets the rows read from the file.</summary>
    public long Read { get; init; }

    /// <summary>Gets the rows that the destination accepted.</summary>
    public long Written { get; init; }

    /// <summary>Gets the rows for which the destination holds the value of a newer object.</summary>
    public long Superseded { get; init; }

    /// <summary>Gets the rows whose series and time come again later in the same file; the last one is stored.</summary>
    public long Duplicate { get; init; }

    /// <summary>Gets the rows that were judged not fit to be sent.</summary>
    public long Invalid { get; init; }

    /// <summary>Gets the rows that the destination refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Gets the rows whose outcome is not known; 0 unless the load failed or was stopped.</summary>
    public long Unsettled { get; init; }

    /// <summary>Gets a value indicating whether every row read has exactly one outcome.</summary>
    public bool IsBalanced =>
        Read == Written + Superseded + Duplicate + Invalid + Rejected + Unsettled
        && Written >= 0 && Superseded >= 0 && Duplicate >= 0 && Invalid >= 0 && Rejected >= 0 && Unsettled >= 0;

    /// <summary>Adds two ledgers, count by count.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static Ledger operator +(Ledger left, Ledger right) => new()
    {
        Read = left.Read + right.Read,
        Written = left.Written + right.Written,
        Superseded = left.Superseded + right.Superseded,
        Duplicate = left.Duplicate + right.Duplicate,
        Invalid = left.Invalid + right.Invalid,
        Rejected = left.Rejected + right.Rejected,
        Unsettled = left.Unsettled + right.Unsettled,
    };
}
