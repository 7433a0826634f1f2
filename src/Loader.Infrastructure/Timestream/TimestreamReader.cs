using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.Timestream.Encoding;
using Loader.Infrastructure.Timestream.Querying;
using Loader.Infrastructure.Timestream.Tables;

namespace Loader.Infrastructure.Timestream;

/// <summary>Reads the records of Amazon Timestream for LiveAnalytics. Created by <see cref="TimestreamSink.CreateReader"/>.</summary>
/// <remarks>A query does not see versions, so that a value of a newer version looks like a different one.</remarks>
/// <param name="client">The client of the query API; disposed with this instance.</param>
/// <param name="pages">Runs queries.</param>
internal sealed class TimestreamReader(TimestreamClient client, QueryPages pages) : IRecordReader, IDisposable
{
    /// <summary>The time limit of one request. The service holds it back while a query runs.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The bytes that the service meters of a query at least:
    /// https://docs.aws.amazon.com/timestream/latest/developerguide/metering-and-pricing.queries.html.
    /// </summary>
    private const long MinMeteredBytes = 10_000_000;

    private readonly Dictionary<DatasetType, bool> _hasFlags = [];

    /// <inheritdoc/>
    /// <remarks>A slice of this many rows is about as large as the smallest query that is metered.</remarks>
    public ReaderTraits Traits { get; } = new() { IsEventuallyConsistent = true, MaxRows = 100_000, MaxSeries = 100 };

    /// <summary>Gets the function that names the table of a dataset.</summary>
    public required Func<DatasetType, TableName> TableOf { get; init; }

    /// <summary>Gets the function that describes a table, if the credentials allow it.</summary>
    public required Func<DatasetType, CancellationToken, Task<Destination>> InspectAsync { get; init; }

    /// <inheritdoc/>
    public async Task<StoredTable> FindTableAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        string name = $"table {TableOf(dataset)}";
        try
        {
            Destination found = await InspectAsync(dataset, cancellationToken).ConfigureAwait(false);
            return new StoredTable(name, found.Limits)
            {
                Note = found.Limits.Earliest is null
                    ? $"The retention of {name} is not known, so rows that are older count as missing. timestream:DescribeTable tells it."
                    : null,
            };
        }
        catch (DestinationMissingException missing)
        {
            return new StoredTable(name, new DestinationLimits { MaxDimensionBytes = RecordMetering.MaxDimensionBytes })
            {
                Missing = missing.Message,
            };
        }
    }

    /// <inheritdoc/>
    /// <remarks>The service reads more than the rows of the result, so that this is a lower bound.</remarks>
    public QueryEstimate? Estimate(IReadOnlyList<RecordSlice> slices)
    {
        ArgumentNullException.ThrowIfNull(slices);
        long bytes = 0;
        foreach (RecordSlice slice in slices)
        {
            double dimensions = slice.Series.Average(static series => series.DimensionBytes);
            bytes += Math.Max(MinMeteredBytes, (long)(slice.Rows * (dimensions + RecordMetering.FixedBytes)));
        }

        return new QueryEstimate(slices.Count, bytes);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<FoundRecord>> ReadAsync(
        RecordSlice slice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(slice);
        TableName table = TableOf(slice.Dataset);
        var counts = new RetryCounts();
        var waiting = new Stack<IReadOnlyList<Series>>();
        waiting.Push(slice.Series);
        while (waiting.TryPop(out IReadOnlyList<Series>? series))
        {
            bool hasFlags = _hasFlags.GetValueOrDefault(slice.Dataset, true);
            var query = new RecordQuery(table, slice.Dataset, series, slice.From, slice.To, hasFlags);
            if (query.Text.Length > RecordQuery.MaxLength && series.Count > 1)
            {
                int half = series.Count / 2;
                waiting.Push([.. series.Skip(half)]);
                waiting.Push([.. series.Take(half)]);
                continue;
            }

            await foreach (QueryPage page in pages.RunAsync(query.Text, counts, cancellationToken).ConfigureAwait(false))
            {
                if (page.Error is not { } error)
                {
                    yield return Read(page, query, table, counts);
                }
                else if (hasFlags && NamesMissingColumn(error, ColumnNames.QualityFlag))
                {
                    // The columns of a table are known before its rows are read, so that no page came before.
                    _hasFlags[slice.Dataset] = false;
                    waiting.Push(series);
                }
                else if (!RecordQuery.ColumnsOf(slice.Dataset).Any(column => NamesMissingColumn(error, column)))
                {
                    throw TimestreamErrors.FromQuery(error, table, counts);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Returns whether a query failed because the table has no such column: then it has no record with it.</summary>
    private static bool NamesMissingColumn(ServiceError error, string column) =>
        error.Kind == ServiceErrorKind.Validation
        && error.Message.Contains(column, StringComparison.Ordinal)
        && error.Message.Contains("column", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlyMemory<FoundRecord> Read(QueryPage page, RecordQuery query, in TableName table, RetryCounts counts)
    {
        var records = new FoundRecord[page.Rows.Count];
        int count = 0;
        try
        {
            foreach (string?[] row in page.Rows)
            {
                if (query.TryRead(row, out records[count]))
                {
                    count++;
                }
            }
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw TimestreamErrors.FromQuery(
                ServiceError.NoAnswer("UnusableAnswer", "the rows of the response are not those of the query", exception), table, counts);
        }

        return records.AsMemory(0, count);
    }
}
