namespace Loader.Lambda.Answers;

/// <summary>An object that was passed by.</summary>
/// <param name="File">The object.</param>
/// <param name="Reason">Why: <c>folder marker</c>, <c>not a .parquet key</c> or <c>rejected rows</c>.</param>
public sealed record SkippedData(string File, string Reason);
