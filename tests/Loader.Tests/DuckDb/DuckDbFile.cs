using DuckDB.NET.Data;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb;
using Microsoft.Extensions.Options;

namespace Loader.Tests.DuckDb;

/// <summary>A database file for one test, in a temporary folder.</summary>
internal sealed class DuckDbFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loader-duckdb-").FullName;

    public DuckDbFile(string name = "energy.duckdb") => Location = Path.Combine(_folder, name);

    public string Location { get; }

    /// <summary>Writes each batch as a load of its own. Returns the outcomes and how they changed the table.</summary>
    public async Task<(List<WriteOutcome> Outcomes, TableChanges Changes)> WriteAsync(params MeasurementBatch[] batches)
    {
        using DuckDbSink sink = OpenSink();
        var outcomes = new List<WriteOutcome>();
        foreach (MeasurementBatch batch in batches)
        {
            using (batch)
            {
                await using IRecordWriter writer = await sink.OpenAsync(batch.Dataset, CancellationToken.None);
                outcomes.Add(await writer.WriteAsync(batch, CancellationToken.None));
            }
        }

        IReadOnlyList<TableSummary> summaries = await sink.SummarizeAsync(CancellationToken.None);
        return (outcomes, summaries.Aggregate(default(TableChanges), (sum, summary) => sum + summary.Changes));
    }

    /// <summary>Writes each batch as a load of its own, several side by side: of n, the first one writes batches 0, n, 2n … in turn.</summary>
    /// <returns>The outcomes in the order of the batches.</returns>
    public async Task<WriteOutcome[]> WriteSideBySideAsync(MeasurementBatch[] batches, int loads)
    {
        using DuckDbSink sink = OpenSink();
        var outcomes = new WriteOutcome[batches.Length];
        await Task.WhenAll(Enumerable.Range(0, loads).Select(load => Task.Run(async () =>
        {
            for (int number = load; number < batches.Length; number += loads)
            {
                using MeasurementBatch batch = batches[number];
                await using IRecordWriter writer = await sink.OpenAsync(batch.Dataset, CancellationToken.None);
                outcomes[number] = await writer.WriteAsync(batch, CancellationToken.None);
            }
        })));
        return outcomes;
    }

    /// <summary>Creates a sink that writes to the file.</summary>
    public DuckDbSink OpenSink() => OpenSink(Location);

    public static DuckDbSink OpenSink(string path) => new(Options.Create(new DuckDbOptions { Path = path }));

    /// <summary>Runs a query on a separate connection and returns each row as text.</summary>
    public List<string> Query(string statement)
    {
        using var connection = new DuckDBConnection("Data Source=" + Location);
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own words.
        command.CommandText = statement;
#pragma warning restore CA2100
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(field => reader.IsDBNull(field) ? "null" : FormattableString.Invariant($"{reader.GetValue(field)}"))));
        }

        return rows;
    }

    public List<string> Stored(DatasetType? dataset = null) =>
        Query($"""SELECT epoch_ns("time"), region, {(dataset ?? DatasetType.Generation).SubjectColumn}, measurement_type, quality_flag, unit, "value", version FROM {dataset ?? DatasetType.Generation} ORDER BY ALL""");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
