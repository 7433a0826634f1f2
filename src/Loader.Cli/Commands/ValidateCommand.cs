using System.CommandLine;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Domain;

namespace Loader.Cli.Commands;

/// <summary><c>loader validate</c>: reads and judges files without asking a destination.</summary>
internal static class ValidateCommand
{
    /// <summary>The text after the options in the command's help.</summary>
    public const string Notes =
        """
        Nothing is written and no destination is asked, so it is not known how old or how new a row may be: 'loader load --dry-run' asks
        it. Dimensions are held against the limits of Timestream, or with --sink influxdb against those of InfluxDB: then INFLUXDB_ENGINE
        and INFLUXDB_LAYOUT count, and no setting is required. The series of all files are judged together: gaps, flat lines, spikes and
        more; see docs/quality.md. Findings change the exit code only with --fail-on.

        Examples:
          loader validate samples
          loader validate s3://bucket/processed/year=2024/ --json
          loader validate samples --report quality.html
          loader validate samples --fail-on error
          loader validate samples --price-per-million-writes 0.62
          loader validate samples --sink influxdb

        The exit codes are the same as those of 'loader load'.
        """;

    public static Command Create(CliHost host, Option<bool> verbose)
    {
        Argument<string[]> sources = SharedOptions.Sources();
        Option<DatasetType?> dataset = SharedOptions.DatasetOfAllFiles();
        Option<string?> sink = SharedOptions.EstimatedSink();
        Option<decimal> price = SharedOptions.PricePerMillionWrites();
        Option<QualitySeverity?> failOn = SharedOptions.FailOn();
        Option<string?> report = SharedOptions.Report();
        Option<bool> json = SharedOptions.Json();
        var command = new Command(
            "validate", "Read and judge Parquet files offline, and estimate what writing them to Timestream or InfluxDB takes")
        {
            sources, sink, dataset, failOn, report, price, json,
        };
        var mapping = new MappingOptions();
        var filter = new FilterOptions(host);
        filter.AddTo(command);
        mapping.AddTo(command, dataset, hasRange: true);
        command.Validators.Add(result => SharedOptions.CheckPrice(result, price, DestinationOptions.Find(result, sink)));
        command.SetAction((result, _) => LoadExecution.ExecuteAsync(host, new LoadSettings
        {
            Sources = result.GetValue(sources)!,
            Filter = filter.Get(result),
            Input = host.Input,
            Sink = DestinationOptions.Parse(result.GetValue(sink)),
            IsDryRun = true,
            IsOffline = true,
            JudgesQuality = true,
            FailOn = result.GetValue(failOn),
            ReportPath = SharedOptions.GetReportPath(result, report, host),
            Dataset = result.GetValue(dataset),
            MappingLocation = mapping.GetLocation(result),
            Mappings = mapping.GetMappings(result, result.GetValue(dataset)),
            TimeRange = mapping.GetRange(result),
            PricePerMillionWrites = result.GetValue(price),
            Json = result.GetValue(json),
            Verbose = result.GetValue(verbose),
        }));
        return command;
    }
}
