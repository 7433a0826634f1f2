using Loader.Infrastructure.Parquet.Columns;

namespace Loader.Infrastructure.Parquet;

/// <summary>A row group to fetch and decode.</summary>
/// <param name="RowGroup">Its index.</param>
/// <param name="FirstRow">The rows of the file before it.</param>
/// <param name="Columns">The columns that are needed.</param>
/// <param name="OnlySeries">Whether only its series are interned.</param>
internal sealed record RowGroupTask(int RowGroup, long FirstRow, IReadOnlyList<SourceColumn> Columns, bool OnlySeries);
