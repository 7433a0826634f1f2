using System.CommandLine;
using System.CommandLine.Parsing;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;

namespace Loader.Cli.Commands;

/// <summary>The options that name the destination of records.</summary>
internal sealed class DestinationOptions
{
    /// <summary>The DuckDB file unless an option names another.</summary>
    public const string DefaultDuckDbFile = "energy.duckdb";

    /// <summary>Initializes a new instance of the <see cref="DestinationOptions"/> class.</summary>
    public DestinationOptions() => Sink.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "duckdb", "timestream", "influxdb", "none");

    /// <summary>Gets the option for the kind of destination.</summary>
    public Option<string?> Sink { get; } = new("--sink")
    {
        Description = "Destination of the records, whatever SINK says, which only the functions read; 'none' is another word for "
            + "'loader validate' and will be removed",
        DefaultValueFactory = _ => "duckdb",
    };

    /// <summary>Gets the option for the DuckDB file.</summary>
    public Option<string?> DuckDb { get; } = new("--duckdb")
    {
        Description = $"DuckDB file, created if it does not exist (default: {DefaultDuckDbFile})",
        HelpName = "FILE",
    };

    /// <summary>Gets the option that publishes metrics.</summary>
    public Option<bool> Metrics { get; } = new("--metrics")
    {
        Description = "Publish the metrics of the loads to CloudWatch, as the functions do (only with --sink timestream or influxdb). "
            + "Alarms on them count these loads",
    };

    /// <summary>Reports values that contradict each other. An option without a value is reported by the parser.</summary>
    /// <param name="result">The options of the command.</param>
    /// <param name="dryRun">The command's option for a dry run.</param>
    public void Check(CommandResult result, Option<bool> dryRun)
    {
        SinkKind sink = FindSink(result);
        if (result.GetResult(Metrics) is { Implicit: false })
        {
            if (sink == SinkKind.DuckDb || IsNone(result))
            {
                result.AddError("--metrics can only be used with --sink timestream or influxdb.");
            }

            if (result.GetResult(dryRun) is { Implicit: false })
            {
                result.AddError("--metrics cannot be used with --dry-run, which writes nothing and so has nothing to publish.");
            }
        }

        CheckDuckDb(result);
    }

    /// <summary>Reports a DuckDB file for another destination, and an empty name of a file.</summary>
    /// <param name="result">The options of the command.</param>
    public void CheckDuckDb(CommandResult result)
    {
        if (FindSink(result) != SinkKind.DuckDb && result.GetResult(DuckDb) is not null)
        {
            result.AddError("--duckdb can only be used with --sink duckdb.");
        }

        if (ValueOf(result, DuckDb) is { } file && string.IsNullOrWhiteSpace(file))
        {
            result.AddError("--duckdb is empty; it must name a file.");
        }
    }

    /// <summary>Returns the kind of destination while options are checked, when asking for a missing value would throw.</summary>
    public SinkKind FindSink(CommandResult result) => Find(result, Sink);

    /// <summary>Returns the kind of destination that an option names, while options are checked.</summary>
    public static SinkKind Find(CommandResult result, Option<string?> option) => Parse(ValueOf(result, option));

    /// <summary>Returns the kind of destination.</summary>
    public SinkKind GetSink(ParseResult result) => Parse(result.GetValue(Sink));

    /// <summary>Returns whether <c>--sink none</c> was given, while options are checked.</summary>
    public bool IsNone(CommandResult result) => IsNone(ValueOf(result, Sink));

    /// <summary>Returns whether <c>--sink none</c> was given: no destination is asked.</summary>
    public bool IsNone(ParseResult result) => IsNone(result.GetValue(Sink));

    /// <summary>Returns the path of the DuckDB file.</summary>
    public string GetDuckDbFile(ParseResult result, CliHost host) => result.GetValue(DuckDb) ?? host.ResolvePath(DefaultDuckDbFile);

    private static string? ValueOf(CommandResult result, Option<string?> option) =>
        result.GetResult(option) is { Tokens: [{ Value: var text }] } ? text : null;

    private static bool IsNone(string? text) => string.Equals(text, "none", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the kind of destination of an option's value.</summary>
    public static SinkKind Parse(string? text) => text?.ToUpperInvariant() switch
    {
        "TIMESTREAM" or "NONE" => SinkKind.Timestream,
        "INFLUXDB" => SinkKind.InfluxDb,
        _ => SinkKind.DuckDb,
    };
}
