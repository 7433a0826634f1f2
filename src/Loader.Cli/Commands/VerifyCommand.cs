using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Verifying;
using Loader.Domain;

namespace Loader.Cli.Commands;

/// <summary><c>loader verify</c>: reads files again and compares them with what is stored.</summary>
internal sealed class VerifyCommand
{
    /// <summary>The text after the options in the command's help.</summary>
    public const string Notes =
        """
        Each file is read as a load reads it, with the same mapping, dataset, range and version, and each row that a load would store is
        looked for. A row is stored, missing, different (another value), or superseded (a newer version is stored). A record is foreign if
        it lies in the series and the range of time of the file, but not in the file. Files are verified one by one: where several hold rows
        of one series in one range, such as a file and its correction, each finds foreign records, so use --allow-foreign. Nothing is ever
        written. What a destination can tell, and what queries to Timestream cost, is in docs/verify.md.

        Examples:
          loader verify samples
          loader verify samples --json
          loader verify 'lake/dataset=generation/year=2024' --duckdb generation.duckdb
          loader verify s3://bucket/processed/march.parquet --sink timestream --wait 60
          loader verify lake --sink influxdb --from 2024-03-01 --to 2024-04-01
          loader verify march.parquet --dataset consumption --samples 50
          loader verify lake --allow-foreign

        Exit codes:
          0    every row is stored, or a newer version of it is
          1    rows are missing, different or (without --allow-foreign) foreign; or a failure that repeats until something is changed
          2    wrong usage or settings, or nothing to verify
          3    a temporary failure: run the command again
          130  interrupted
        """;

    private const int MaxExamples = 1_000;

    private const int DefaultWaitSeconds = 15;

    private readonly CliHost _host;
    private readonly Option<bool> _verbose;
    private readonly Argument<string[]> _sources = SharedOptions.Sources();
    private readonly Option<string?> _sink = new("--sink")
    {
        Description = "Destination that the records should be in, whatever SINK says, which only the functions read",
        DefaultValueFactory = _ => "duckdb",
    };

    private readonly Option<string?> _duckDb = new("--duckdb")
    {
        Description = $"DuckDB file, which is opened read-only (default: {DestinationOptions.DefaultDuckDbFile})",
        HelpName = "FILE",
    };

    private readonly Option<DatasetType?> _dataset = SharedOptions.DatasetOfAllFiles();
    private readonly MappingOptions _mapping = new();
    private readonly FilterOptions _filter;
    private readonly Option<ObjectVersion?> _version;
    private readonly Option<int> _examples = Number(
        "--samples", "Number of examples of each kind of difference in each file", VerifySettings.DefaultExamples, MaxExamples);

    private readonly Option<bool> _allowForeign = new("--allow-foreign")
    {
        Description = "Count records that are not in the file, but do not report them as differences: other files may have stored them",
    };

    private readonly Option<int> _wait = Number(
        "--wait",
        "Seconds until rows that are missing in Timestream are asked for once more, because writes become visible late; 0 for never",
        DefaultWaitSeconds,
        max: 6 * 60 * 60);

    private readonly Option<bool> _json = SharedOptions.Json();

    private VerifyCommand(CliHost host, Option<bool> verbose)
    {
        _host = host;
        _verbose = verbose;
        _filter = new FilterOptions(host);
        _version = SharedOptions.Version(host, "Version that all files were loaded with, instead of their last-modified time");
        _sink.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "duckdb", "timestream", "influxdb");
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliHost host, Option<bool> verbose)
    {
        var verify = new VerifyCommand(host, verbose);
        var command = new Command("verify", "Read Parquet files again, and compare them with what is stored; nothing is written")
        {
            verify._sources, verify._sink, verify._duckDb, verify._dataset, verify._version, verify._examples, verify._allowForeign,
            verify._wait, verify._json,
        };
        verify._filter.AddTo(command);
        verify._mapping.AddTo(command, verify._dataset, hasRange: true);
        command.Validators.Add(verify.CheckOptions);
        command.SetAction((result, _) => VerifyExecution.ExecuteAsync(host, verify.GetSettings(result)));
        return command;
    }

    private static Option<int> Number(string name, string description, int standard, int max) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= max)
            {
                return number;
            }

            result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be a whole number from 0 to {max:N0}."));
            return 0;
        },
    };

    private void CheckOptions(CommandResult result)
    {
        SinkKind sink = DestinationOptions.Find(result, _sink);
        if (result.GetResult(_duckDb) is { } duckDb)
        {
            if (sink != SinkKind.DuckDb)
            {
                result.AddError("--duckdb can only be used with --sink duckdb.");
            }

            if (duckDb.Tokens is [{ Value: var file }] && string.IsNullOrWhiteSpace(file))
            {
                result.AddError("--duckdb is empty; it must name a file.");
            }
        }

        if (sink != SinkKind.Timestream && result.GetResult(_wait) is { Implicit: false })
        {
            result.AddError("--wait can only be used with --sink timestream: other destinations show a record as soon as it is stored.");
        }
    }

    private VerifySettings GetSettings(ParseResult result) => new(new LoadSettings
    {
        Sources = result.GetValue(_sources)!,
        Filter = _filter.Get(result),
        Input = _host.Input,
        Sink = DestinationOptions.Parse(result.GetValue(_sink)),
        DuckDbFile = result.GetValue(_duckDb) ?? _host.ResolvePath(DestinationOptions.DefaultDuckDbFile),
        Dataset = result.GetValue(_dataset),
        Version = result.GetValue(_version),
        MappingLocation = _mapping.GetLocation(result),
        Mappings = _mapping.GetMappings(result, result.GetValue(_dataset)),
        TimeRange = _mapping.GetRange(result),
        Json = result.GetValue(_json),
        Verbose = result.GetValue(_verbose),
    })
    {
        Examples = result.GetValue(_examples),
        AllowsForeign = result.GetValue(_allowForeign),
        Wait = TimeSpan.FromSeconds(result.GetValue(_wait)),
    };
}
