using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Reading;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.InfluxDb.Tables;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb;

/// <summary>Reads the points of InfluxDB 2 or 3. Created by <see cref="InfluxDbSink.CreateReader"/>.</summary>
/// <param name="options">The layout and the names of bucket, database and tables.</param>
/// <param name="calls">Asks the server.</param>
internal sealed class InfluxDbReader(InfluxDbOptions options, InfluxDbCalls calls) : IRecordReader
{
    /// <inheritdoc/>
    /// <remarks>
    /// A point takes about 30 bytes of a response of engine 2, and 220 of engine 3. Large responses leave large arrays behind: with 20,000
    /// rows a slice, the peak of the memory was 150 MB higher.
    /// </remarks>
    public ReaderTraits Traits { get; } = new() { MaxRows = 10_000, MaxSeries = 100 };

    /// <summary>Gets the function that describes a table.</summary>
    public required Func<DatasetType, CancellationToken, Task<InfluxDbTable>> FindTable { get; init; }

    /// <summary>Gets the function that returns the limits on times that hold now.</summary>
    public required Func<DatasetType, InfluxDbTable, Destination> Describe { get; init; }

    /// <summary>Gets the function that names a table in messages.</summary>
    public required Func<DatasetType, string> PlaceOf { get; init; }

    /// <inheritdoc/>
    public async Task<StoredTable> FindTableAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        InfluxDbTable table = await FindTable(dataset, cancellationToken).ConfigureAwait(false);
        string place = PlaceOf(dataset);
        return new StoredTable(place, Describe(dataset, table).Limits)
        {
            HasVersions = options.Layout != InfluxDbLayout.Plain,
            KeepsOlderVersions = options.Layout == InfluxDbLayout.Versions,
            Missing = table.ColumnNames.Count == 0 ? $"There is no {place}." : null,
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<FoundRecord>> ReadAsync(
        RecordSlice slice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(slice);
        InfluxDbTable table = await FindTable(slice.Dataset, cancellationToken).ConfigureAwait(false);
        string name = options.TableOf(slice.Dataset);
        var queries2 = new PointQueries2(calls, options.Bucket, name, options.Layout);
        var queries3 = new PointQueries3(calls, options.Database, name, table.ColumnNames);
        var waiting = new Stack<PointRange>();
        waiting.Push(new PointRange(slice.Dataset, slice.Series, slice.From, slice.To));
        while (waiting.TryPop(out PointRange? range))
        {
            ReadOnlyMemory<FoundRecord> records = default;
            try
            {
                records = table.Engine == InfluxDbEngine.Version2
                    ? await queries2.ReadAsync(range, cancellationToken).ConfigureAwait(false)
                    : await queries3.ReadAsync(range, cancellationToken).ConfigureAwait(false);
            }
            catch (InfluxDbCallException failure) when (failure.Error.Cause is ResponseTooLongException && range.IsDivisible)
            {
                (PointRange first, PointRange second) = range.Divide();
                waiting.Push(second);
                waiting.Push(first);
            }
            catch (InfluxDbCallException failure)
            {
                throw InfluxDbErrors.FromQuery(failure.Error, PlaceOf(slice.Dataset), failure.Attempts);
            }

            if (!records.IsEmpty)
            {
                yield return records;
            }
        }
    }
}
