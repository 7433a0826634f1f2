namespace Loader.Application;

/// <summary>How far a load has come.</summary>
/// <param name="RowsSettled">Rows that have an outcome, from the row group that the load began with.</param>
/// <param name="RowsTotal">Rows in those row groups.</param>
public readonly record struct LoadProgress(long RowsSettled, long RowsTotal);
