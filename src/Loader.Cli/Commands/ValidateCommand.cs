using System.CommandLine;
using Loader.Cli.Loading;
using Loader.Domain;

namespace Loader.Cli.Commands;

/// <summary><c>loader validate</c>: everything but writing.</summary>
internal static class ValidateCommand
{
    /// <summary>What the help of the command adds.</summary>
    public const string Notes =
        """
        Nothing is written, neither records nor rejected rows.

        Examples:
          loader validate samples
          loader validate s3://bucket/processed/year=2024/ --json
          loader validate samples --price-per-million-writes 0.62

        Exit codes are those of 'loader load'.
        """;

    public static Command Create(CliHost host, Option<bool> verbose)
    {
        Argument<string[]> sources = SharedOptions.Sources();
        Option<DatasetType?> dataset = SharedOptions.Dataset("The dataset of all files, where their keys have no dataset= segment or a wrong one");
        Option<decimal> price = SharedOptions.PricePerMillionWrites();
        Option<bool> json = SharedOptions.Json();
        var command = new Command("validate", "Read and judge Parquet files as a load would, and say what writing them to Timestream would take") { sources, dataset, price, json };
        command.SetAction((result, _) => RunCommand.ExecuteAsync(host, new RunSettings
        {
            Sources = result.GetValue(sources)!,
            Sink = SinkKind.None,
            Dataset = result.GetValue(dataset),
            PricePerMillionWrites = result.GetValue(price),
            Json = result.GetValue(json),
            Verbose = result.GetValue(verbose),
        }));
        return command;
    }
}
