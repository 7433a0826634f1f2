using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Reporting;
using Loader.Domain;
using Loader.Infrastructure.RejectedRows;

namespace Loader.Cli.Commands;

/// <summary>Creates the arguments and options that several commands have.</summary>
internal static class SharedOptions
{
    public const string VerboseName = "--verbose";

    public const string JsonName = "--json";

    public static Argument<string[]> Sources() => new("source")
    {
        Description = "A Parquet file, s3://bucket/key, or a folder or s3://bucket/prefix/ with the *.parquet files below it, apart from "
            + "hidden ones; a quoted pattern of them ('lake/**/*_2024.parquet'); or - for a list of sources on standard input, one a line",
        Arity = ArgumentArity.OneOrMore,
        Validators = { CheckNotEmpty, CheckOneList, UnknownOptions.Check },
    };

    public static Argument<string> Source() => Source("source", "A Parquet file or s3://bucket/key");

    public static Argument<string> Source(string name, string description) => new(name)
    {
        Description = description,
        Validators = { CheckNotEmpty, UnknownOptions.Check },
    };

    public static Option<DatasetType?> DatasetOfAllFiles() => Dataset("Dataset of all files; overrides the dataset= segment of their keys");

    public static Option<DatasetType?> Dataset(string description) => new("--dataset")
    {
        Description = description,
        HelpName = string.Join('|', DatasetType.All.Select(dataset => dataset.Name)),
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (DatasetType.TryParse(text, out DatasetType? dataset))
            {
                return dataset;
            }

            result.AddError($"--dataset is '{text}'; it must be one of {string.Join(", ", DatasetType.All.Select(known => known.Name))}.");
            return null;
        },
    };

    public static Option<string?> Rejected() => new("--rejected")
    {
        Description = "Folder or s3://bucket/prefix/ for invalid and rejected rows (default: REJECTED_ROWS_LOCATION if it is set, "
            + "otherwise ./rejected)",
        HelpName = "DIR|s3://",
        Validators = { CheckRejected },
    };

    /// <summary>Returns where a load keeps rows unless an option says otherwise.</summary>
    public static string DefaultRejected(CliHost host) =>
        host.Configuration["REJECTED_ROWS_LOCATION"] is { Length: > 0 } location ? location : host.ResolvePath("rejected");

    public static Option<QualitySeverity?> FailOn() => new("--fail-on")
    {
        Description = "Judge the series, and exit with 5 if a finding has this severity or a higher one",
        HelpName = "warning|error",
        CustomParser = result =>
        {
            switch (result.Tokens[0].Value)
            {
                case "warning":
                    return QualitySeverity.Warning;
                case "error":
                    return QualitySeverity.Error;
                case var text:
                    result.AddError($"--fail-on is '{text}'; it must be warning or error.");
                    return null;
            }
        },
    };

    public static Option<string?> Report() => new("--report")
    {
        Description = "Judge the series, and write an HTML page about the run to this file; an HTML page with that name is replaced",
        HelpName = "FILE",
    };

    /// <summary>Returns the path of the page, or <see langword="null"/> if none is wanted.</summary>
    public static string? GetReportPath(ParseResult result, Option<string?> report, CliHost host) =>
        result.GetValue(report) is { } path ? ReportFile.Resolve(path, host.Folder) : null;

    /// <summary>Creates the option for the destination whose limits count, although it is not asked.</summary>
    public static Option<string?> EstimatedSink()
    {
        var sink = new Option<string?>("--sink")
        {
            Description = "Destination whose limits count, and for which the effort is estimated; it is not asked",
            DefaultValueFactory = _ => "timestream",
        };
        return sink.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "timestream", "influxdb");
    }

    /// <summary>Creates the option for the version of all files.</summary>
    public static Option<ObjectVersion?> Version(CliHost host, string description) => new("--version")
    {
        Description = $"{description}: a whole number from 1 to {ObjectVersion.MaxValue}, a time with its offset such as "
            + "2024-04-02T08:00:00Z, or now",
        HelpName = "N|ISO|now",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text == "now")
            {
                return ObjectVersion.FromLastModified(host.Time.GetUtcNow());
            }

            if (ObjectVersion.TryParse(text, out ObjectVersion version))
            {
                return version;
            }

            result.AddError(
                $"--version is '{text}'; it must be a whole number from 1 to {ObjectVersion.MaxValue}, or a time with its offset such as "
                + "2024-04-02T08:00:00Z, or now.");
            return null;
        },
    };

    public static Option<bool> DryRun() => new("--dry-run")
    {
        Description = "Read and judge all rows by the limits of the destination, and write nothing: no rows, no rejected rows, no metrics",
    };

    public static Option<bool> Json() => new(JsonName) { Description = "Print one JSON document, and nothing else, on standard output" };

    public static Option<bool> Verbose() => new(VerboseName)
    {
        Description = "Print debug messages on standard error",
        Recursive = true,
    };

    public static Option<decimal> PricePerMillionWrites() => new("--price-per-million-writes")
    {
        Description = "Price of a million write units of 1 KiB of Timestream, in USD, for the cost estimate",
        HelpName = "USD",
        DefaultValueFactory = _ => LoadSettings.DefaultPricePerMillionWrites,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal price)
                && price <= 1_000_000)
            {
                return price;
            }

            result.AddError($"--price-per-million-writes is '{text}'; it must be a number from 0 to 1,000,000, such as 0.50.");
            return 0;
        },
    };

    /// <summary>Reports a price where nothing has one.</summary>
    public static void CheckPrice(CommandResult result, Option<decimal> price, SinkKind sink)
    {
        if (sink == SinkKind.InfluxDb && result.GetResult(price) is { Implicit: false })
        {
            result.AddError(
                "--price-per-million-writes cannot be used with --sink influxdb: an instance has a price by the hour, a write has none.");
        }
    }

    private static void CheckOneList(ArgumentResult result)
    {
        if (result.Tokens.Count(token => token.Value == ListedFiles.ListSource) > 1)
        {
            result.AddError("'-' is given twice; there is one list of sources on standard input. For a file of this name, write ./-.");
        }
    }

    private static void CheckRejected(OptionResult result)
    {
        const string Name = "--rejected";
        string location = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
        if (location.Length == 0)
        {
            result.AddError($"{Name} is empty; it must name a folder or s3://bucket/prefix/.");
        }

        foreach (string fault in new RejectedRowsOptions { Location = location }.FindFaults())
        {
            result.AddError(PlainText.Escape(fault.Replace("REJECTED_ROWS_LOCATION", Name, StringComparison.Ordinal)));
        }
    }

    private static void CheckNotEmpty(ArgumentResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError("A source is empty; it must be a file, a folder, s3://bucket/key or s3://bucket/prefix/.");
        }
    }
}
