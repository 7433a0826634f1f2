namespace Loader.LocalAws.Timestream;

/// <summary>A member of a table's composite partition key (protocols 1.4).</summary>
/// <param name="Type"><c>DIMENSION</c> or <c>MEASURE</c>.</param>
/// <param name="Name">The name of the dimension, or null.</param>
/// <param name="EnforcementInRecord"><c>REQUIRED</c>: records without the dimension are rejected; <c>OPTIONAL</c>; or null.</param>
public sealed record PartitionKey(string Type, string? Name = null, string? EnforcementInRecord = null);
