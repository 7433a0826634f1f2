namespace Loader.Infrastructure.Requests;

/// <summary>The priority of a request: lower values go first, member by member.</summary>
/// <param name="Load">The number of its load; loads are numbered in the order in which they begin to write.</param>
/// <param name="RowGroup">The row group of its rows.</param>
/// <param name="IsFirstAttempt">Whether the request was not sent before; within a row group, retries go first.</param>
internal readonly record struct RequestPriority(long Load, int RowGroup, bool IsFirstAttempt) : IComparable<RequestPriority>
{
    /// <inheritdoc/>
    public int CompareTo(RequestPriority other) =>
        Load != other.Load ? Load.CompareTo(other.Load)
        : RowGroup != other.RowGroup ? RowGroup.CompareTo(other.RowGroup)
        : IsFirstAttempt.CompareTo(other.IsFirstAttempt);

    public static bool operator <(RequestPriority left, RequestPriority right) => left.CompareTo(right) < 0;

    public static bool operator <=(RequestPriority left, RequestPriority right) => left.CompareTo(right) <= 0;

    public static bool operator >(RequestPriority left, RequestPriority right) => left.CompareTo(right) > 0;

    public static bool operator >=(RequestPriority left, RequestPriority right) => left.CompareTo(right) >= 0;
}
