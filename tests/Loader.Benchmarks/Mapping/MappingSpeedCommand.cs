using System.CommandLine;
using System.Globalization;
using System.Text;
using Amazon.S3;
using DuckDB.NET.Data;
using Loader.Application;
using Loader.Application.Results;
using Loader.Benchmarks.EndToEnd;
using Loader.Domain;
using Loader.Infrastructure.DependencyInjection;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet;

namespace Loader.Benchmarks.Mapping;

/// <summary>Prepared rows of files that are read with a mapping: values as text, and values of several columns.</summary>
internal static class MappingSpeedCommand
{
    private const int Columns = 24;

    private const string Ons = """
        {"name": "ons", "dataset": "consumption", "timestamp": {"column": "t", "zone": "America/Sao_Paulo"}, "value": {"column": "v"},
         "unit": {"constant": "MW"}, "measurementType": {"constant": "power"}, "region": {"column": "r", "trim": true},
         "consumerType": {"constant": "total"}, "where": [{"column": "r", "trim": true, "notIn": ["SIN"]}]}
        """;

    private const string Long = """
        {"name": "long", "dataset": "consumption", "timestamp": {"column": "t", "zone": "UTC"}, "value": {"column": "v"},
         "unit": {"constant": "MW"}, "measurementType": {"constant": "power"}, "region": {"column": "r"}, "consumerType": {"constant": "total"}}
        """;

    private const string Wide = """
        {"name": "wide", "dataset": "consumption", "timestamp": {"column": "t", "zone": "UTC"}, "unpivot": {"columns": "^(?<r>R[0-9]+)$"},
         "unit": {"constant": "MW"}, "measurementType": {"constant": "power"}, "region": {"match": "r"}, "consumerType": {"constant": "total"}}
        """;

    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of each file.", DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> NumberOfRounds = new("--rounds") { Description = "Rounds; medians are told.", DefaultValueFactory = _ => 7 };

    public static Command Create()
    {
        var command = new Command("mapping-speed", "Compares prepared rows of files with a mapping: text and numbers, wide and long.") { Rows, NumberOfRounds };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("loader-benchmarks-").FullName;
        try
        {
            Write(folder, arguments.GetValue(Rows));
            Part[] parts =
            [
                Prepared(folder, "doubles", Ons), Prepared(folder, "texts", Ons), Prepared(folder, "long", Long), Prepared(folder, "wide", Wide),
            ];
            Dictionary<string, Medians> medians = await Rounds.RunAsync(parts, arguments.GetValue(NumberOfRounds), cancellationToken);
            foreach (Part part in parts)
            {
                Medians taken = medians[part.Name];
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{part.Name,-8} {taken.RowsPerSecond,12:N0} rows/s, {taken.CpuMicrosecondsPerRow:0.000} us of CPU a row"));
            }

            Compare("texts / doubles", medians["texts"], medians["doubles"], 1 / 3.0);
            Compare("cells of wide / rows of long", medians["wide"], medians["long"], 1);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string name, Medians one, Medians other, double least)
    {
        double ratio = other.CpuMicrosecondsPerRow / one.CpuMicrosecondsPerRow;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {one.RowsPerSecond / other.RowsPerSecond:0.00} by time, {ratio:0.00} by CPU time, at least {least:0.00}: {(ratio >= least ? "met" : "missed")}"));
    }

    /// <summary>Writes four files: the values of four regions as numbers and as text, and the same cells as rows and as columns.</summary>
    private static void Write(string folder, int rows)
    {
        using var duckDb = new DuckDBConnection("DataSource=:memory:");
        duckDb.Open();
        const string Value = "round(20000 + 8000 * sin(i / 96.0) + 500 * random(), 3)";
        string four = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT TIMESTAMP '2020-03-01' + INTERVAL (i // 4) HOUR AS t, (['N  ', 'NE ', 'S  ', 'SE '])[1 + i % 4] AS r, {Value} AS v FROM range({rows}) AS rows(i)");
        Execute(duckDb, $"COPY ({four}) TO '{folder}/doubles.parquet' (FORMAT parquet)");
        Execute(duckDb, $"COPY (SELECT t, r, CAST(v AS VARCHAR) AS v FROM '{folder}/doubles.parquet') TO '{folder}/texts.parquet' (FORMAT parquet)");
        string columns = string.Join(", ", Enumerable.Range(0, Columns).Select(column => $"{Value} AS R{column}"));
        string moments = string.Create(
            CultureInfo.InvariantCulture, $"SELECT TIMESTAMP '2000-03-01' + INTERVAL (i) MINUTE AS t, {columns} FROM range({rows / Columns}) AS rows(i)");
        Execute(duckDb, $"COPY ({moments}) TO '{folder}/wide.parquet' (FORMAT parquet)");
        Execute(
            duckDb,
            $"COPY (SELECT t, r, v FROM (UNPIVOT '{folder}/wide.parquet' ON COLUMNS('R.*') INTO NAME r VALUE v)) TO '{folder}/long.parquet' (FORMAT parquet)");
    }

    private static void Execute(DuckDBConnection duckDb, string sql)
    {
        using DuckDBCommand command = duckDb.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static Part Prepared(string folder, string name, string mapping)
    {
        var file = SourceFile.OnDisk(Path.Combine(folder, $"{name}.parquet"));
        var options = new SourceOptions { Mappings = SourceMappings.Parse(Encoding.UTF8.GetBytes(mapping), "mapping.json") };
        var noS3 = new Lazy<IAmazonS3>(() => throw new InvalidOperationException("The file is on disk."));
        return new Part(name, Endpoint: null, async cancellationToken =>
        {
            using OneCore? core = OneCore.Hold();
            LoadParquetFile load = Loads.Create(noS3, Loads.Preparing(), new NoMetrics(), new LoadOptions { RowGroupsInFlight = 1 }, options);
            LoadReport report = await load.LoadAsync(new LoadRequest(file), cancellationToken);
            return report.Ledger.Written == report.Ledger.Read
                ? report.Ledger.Written
                : throw new InvalidOperationException($"Not every row was written: {report.Ledger}.");
        });
    }
}
