using System.CommandLine;
using System.CommandLine.Parsing;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Domain;

namespace Loader.Cli.Commands;

/// <summary><c>loader load</c>: loads files into DuckDB, Timestream or InfluxDB.</summary>
internal sealed class LoadCommand
{
    /// <summary>The text after the options in the command's help.</summary>
    public const string Notes =
        """
        Loading the same files again changes nothing. A corrected file is newer, so its values replace the old ones. Invalid and rejected
        rows are saved as Parquet files under --rejected: correct them there, then load them like any other file. Ctrl-C stops after the
        row groups in flight are finished; a second Ctrl-C abandons them. To continue, run the same command with --resume. Settings of
        Timestream and InfluxDB, such as TIMESTREAM_DATABASE_NAME and INFLUXDB_URL, are environment variables.

        Examples:
          loader load samples
          loader load samples --dry-run
          loader load 'lake/dataset=generation/year=2024' --duckdb generation.duckdb
          loader load s3://bucket/processed/ --sink timestream --json
          loader load lake --sink influxdb
          loader load 'lake/**/year=2024/*.parquet' --exclude '*_draft.parquet' --since 7d
          find lake -name '*.parquet' -newer last-load | loader load -
          loader load march.parquet --dataset consumption --version 2024-04-02T08:00:00Z
          loader load samples --report samples.html
          loader load s3://bucket/curva-carga-ho/ --mapping ons.json --from 2024-01-01

        Exit codes:
          0    everything was loaded
          1    a failure that repeats until something is changed, or standard output or the report could not be written
          2    wrong usage or settings, or nothing to load
          3    a temporary failure: run the command again
          4    too many rows are invalid or rejected; all other rows are stored (in a dry run: can be stored)
          5    --fail-on was given, and a finding has that severity or a higher one; it does not change what is stored
          130  interrupted
        """;

    private readonly Argument<string[]> _sources = SharedOptions.Sources();
    private readonly DestinationOptions _destination = new();
    private readonly Option<DatasetType?> _dataset = SharedOptions.DatasetOfAllFiles();
    private readonly MappingOptions _mapping = new();
    private readonly Option<ObjectVersion?> _version;

    private readonly Option<bool> _dryRun = SharedOptions.DryRun();
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Continue the same command after it was interrupted; its progress is kept in .loader/",
    };

    private readonly Option<string?> _rejected = SharedOptions.Rejected();
    private readonly Option<QualitySeverity?> _failOn = SharedOptions.FailOn();
    private readonly Option<string?> _report = SharedOptions.Report();
    private readonly Option<decimal> _price = SharedOptions.PricePerMillionWrites();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _verbose;
    private readonly FilterOptions _filter;
    private readonly CliHost _host;

    private LoadCommand(CliHost host, Option<bool> verbose)
    {
        _host = host;
        _verbose = verbose;
        _filter = new FilterOptions(host);
        _version = SharedOptions.Version(host, "Version of all files, instead of their last-modified time");
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliHost host, Option<bool> verbose)
    {
        var load = new LoadCommand(host, verbose);
        var command = new Command(
            "load", "Load Parquet files into DuckDB, Amazon Timestream or InfluxDB, and count what happened to every row")
        {
            load._sources, load._destination.Sink, load._destination.DuckDb, load._dataset, load._version, load._dryRun, load._resume,
            load._rejected, load._failOn, load._report, load._destination.Metrics, load._price, load._json,
        };
        load._filter.AddTo(command);
        load._mapping.AddTo(command, load._dataset, hasRange: true);
        command.Validators.Add(load.CheckOptions);
        command.SetAction((result, _) => LoadExecution.ExecuteAsync(host, load.GetSettings(result)));
        return command;
    }

    private void CheckOptions(CommandResult result)
    {
        _destination.Check(result, _dryRun);
        if (_destination.IsNone(result) && result.GetResult(_resume) is { Implicit: false })
        {
            result.AddError("--resume cannot be used with --sink none, which writes nothing and so has nothing to continue.");
        }

        if (result.GetResult(_dryRun) is { Implicit: false } && result.GetResult(_resume) is { Implicit: false })
        {
            result.AddError("--resume cannot be used with --dry-run, which writes nothing and so has nothing to continue.");
        }

        SharedOptions.CheckPrice(result, _price, _destination.FindSink(result));
    }

    private LoadSettings GetSettings(ParseResult result)
    {
        SinkKind sink = _destination.GetSink(result);

        // A dry run writes nothing, unless the user names a place for invalid rows.
        bool isOffline = _destination.IsNone(result);
        bool isDryRun = result.GetValue(_dryRun) || isOffline;
        string? fallback = isDryRun ? null : SharedOptions.DefaultRejected(_host);
        return new LoadSettings
        {
            Sources = result.GetValue(_sources)!,
            Filter = _filter.Get(result),
            Input = _host.Input,
            Sink = sink,
            IsDryRun = isDryRun,
            IsOffline = isOffline,
            DuckDbFile = _destination.GetDuckDbFile(result, _host),
            Dataset = result.GetValue(_dataset),
            Version = result.GetValue(_version),
            MappingLocation = _mapping.GetLocation(result),
            Mappings = _mapping.GetMappings(result, result.GetValue(_dataset)),
            TimeRange = _mapping.GetRange(result),
            Resume = result.GetValue(_resume),
            Rejected = result.GetValue(_rejected) ?? fallback,
            JudgesQuality = result.GetValue(_failOn) is not null || result.GetValue(_report) is not null,
            FailOn = result.GetValue(_failOn),
            ReportPath = SharedOptions.GetReportPath(result, _report, _host),
            PublishesMetrics = result.GetValue(_destination.Metrics),
            PricePerMillionWrites = result.GetValue(_price),
            Json = result.GetValue(_json),
            Verbose = result.GetValue(_verbose),
        };
    }
}
