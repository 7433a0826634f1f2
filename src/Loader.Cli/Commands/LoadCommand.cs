using System.CommandLine;
using System.CommandLine.Parsing;
using Loader.Cli.Loading;
using Loader.Domain;

namespace Loader.Cli.Commands;

/// <summary><c>loader load</c>: writes files into DuckDB or Timestream.</summary>
internal sealed class LoadCommand
{
    private const string DefaultDuckDbFile = "energy.duckdb";

    /// <summary>What the help of the command adds.</summary>
    public const string Notes =
        """
        Loading the same files again changes nothing; a corrected file, which is newer, replaces what it corrects. Invalid and rejected
        rows are kept under --rejected; once mended they are loaded from there. Ctrl-C stops when the row groups in flight are settled,
        a second Ctrl-C abandons them; --resume goes on from there. Settings of Timestream, such as TIMESTREAM_DATABASE_NAME, come from
        the environment.

        Examples:
          loader load samples
          loader load 'lake/dataset=generation/year=2024' --duckdb generation.duckdb
          loader load s3://bucket/processed/ --sink timestream --json
          loader load march.parquet --dataset consumption --version 2024-04-02T08:00:00Z

        Exit codes:
          0    everything was loaded
          1    a failure that stays until something is changed
          2    wrong usage or settings, or nothing to load
          3    a failure that may pass: run again
          4    too many rows are invalid or rejected; all others are stored
          130  interrupted
        """;

    private readonly Argument<string[]> _sources = SharedOptions.Sources();
    private readonly Option<string> _sink = new("--sink") { Description = "Where records go; 'none' only says what writing to Timestream would take", DefaultValueFactory = _ => "duckdb" };
    private readonly Option<string?> _duckDb = new("--duckdb") { Description = $"The DuckDB file (default: {DefaultDuckDbFile})", HelpName = "FILE" };
    private readonly Option<DatasetType?> _dataset = SharedOptions.Dataset("The dataset of all files, where their keys have no dataset= segment or a wrong one");
    private readonly Option<ObjectVersion?> _version = new("--version")
    {
        Description = $"The version of all files in place of their time: a whole number from 1 to {ObjectVersion.MaxValue}, or an instant such as 2024-04-02T08:00:00Z",
        HelpName = "N|ISO",
        CustomParser = ParseVersion,
    };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on where the same command was interrupted, by the state kept in .loader/" };
    private readonly Option<string?> _rejected = new("--rejected")
    {
        Description = "Where invalid and rejected rows are kept: a folder or s3://bucket/prefix/ (default: REJECTED_ROWS_LOCATION, or ./rejected)",
        HelpName = "DIR|s3://",
    };

    private readonly Option<decimal> _price = SharedOptions.PricePerMillionWrites();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _verbose;
    private readonly CliHost _host;

    private LoadCommand(CliHost host, Option<bool> verbose)
    {
        _host = host;
        _verbose = verbose;
        _sink.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "duckdb", "timestream", "none");
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(CliHost host, Option<bool> verbose)
    {
        var load = new LoadCommand(host, verbose);
        var command = new Command("load", "Load Parquet files into DuckDB or Amazon Timestream and account for every row")
        {
            load._sources, load._sink, load._duckDb, load._dataset, load._version, load._resume, load._rejected, load._price, load._json,
        };
        command.Validators.Add(load.RefuseContradictions);
        command.SetAction((result, _) => RunCommand.ExecuteAsync(host, load.SettingsOf(result)));
        return command;
    }

    private static ObjectVersion? ParseVersion(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (ObjectVersion.TryParse(text, out ObjectVersion version))
        {
            return version;
        }

        result.AddError($"--version is '{text}'; allowed is a whole number from 1 to {ObjectVersion.MaxValue}, or an instant with its offset such as 2024-04-02T08:00:00Z.");
        return null;
    }

    private static SinkKind SinkOf(string? text) => text?.ToUpperInvariant() switch
    {
        "TIMESTREAM" => SinkKind.Timestream,
        "NONE" => SinkKind.None,
        _ => SinkKind.DuckDb,
    };

    private void RefuseContradictions(CommandResult result)
    {
        SinkKind sink = SinkOf(result.GetValue(_sink));
        if (sink != SinkKind.DuckDb && result.GetResult(_duckDb) is not null)
        {
            result.AddError("--duckdb goes with --sink duckdb only.");
        }

        if (result.GetResult(_duckDb) is not null && string.IsNullOrWhiteSpace(result.GetValue(_duckDb)))
        {
            result.AddError("--duckdb is empty; it names a file.");
        }

        if (sink == SinkKind.None && result.GetValue(_resume))
        {
            result.AddError("--resume has nothing to go on from with --sink none, which writes nothing.");
        }
    }

    private RunSettings SettingsOf(ParseResult result)
    {
        SinkKind sink = SinkOf(result.GetValue(_sink));

        // What is only estimated is not written anywhere, unless the user names a place for rows that are not good.
        string? fallback = sink == SinkKind.None ? null : _host.Configuration["REJECTED_ROWS_LOCATION"] is { Length: > 0 } place ? place : _host.PathOf("rejected");
        return new RunSettings
        {
            Sources = result.GetValue(_sources)!,
            Sink = sink,
            DuckDbFile = result.GetValue(_duckDb) ?? _host.PathOf(DefaultDuckDbFile),
            Dataset = result.GetValue(_dataset),
            Version = result.GetValue(_version),
            Resume = result.GetValue(_resume),
            Rejected = result.GetValue(_rejected) ?? fallback,
            PricePerMillionWrites = result.GetValue(_price),
            Json = result.GetValue(_json),
            Verbose = result.GetValue(_verbose),
        };
    }
}
