using Loader.Cli.DuckDb;

namespace Loader.Cli.Output;

/// <summary>What a DuckDB table holds after a run, in its JSON document.</summary>
internal sealed record TableDocument(
    string Table, long Inserted, long Updated, long Unchanged, long Rows, long Series, DateTimeOffset? Earliest, DateTimeOffset? Latest, IReadOnlyList<string> Regions)
{
    public static TableDocument Of(TableSummary table) => new(
        table.Dataset.Name, table.Changes.Inserted, table.Changes.Updated, table.Changes.Unchanged, table.Rows, table.Series, table.Earliest, table.Latest, table.Regions);
}
