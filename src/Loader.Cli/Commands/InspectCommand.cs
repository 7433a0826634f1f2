using System.CommandLine;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Cli.Inspecting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Cli.Commands;

/// <summary><c>loader inspect</c>: shows the contents of one file and whether a load would accept it.</summary>
internal static class InspectCommand
{
    /// <summary>The text after the options in the command's help.</summary>
    public const string Notes =
        """
        Reads the schema, row groups and sizes from the footer, then the columns that a load uses for the time range, the series and the
        invalid rows. Nothing is written. With a mapping, it also shows where each field comes from, and the first five rows before and
        after.

        Examples:
          loader inspect 'samples/dataset=generation/year=2024/month=01/generation-2024-01.parquet'
          loader inspect s3://bucket/processed/march.parquet --dataset consumption --json
          loader inspect CURVA_CARGA_2024.parquet --mapping samples/mappings/ons.json

        Exit codes:
          0    a load would accept the file
          1    a load would refuse the file
          2    wrong usage, settings or mapping, or the file does not exist
          3    a temporary failure: run the command again
          130  interrupted
        """;

    public static Command Create(CliHost host, Option<bool> verbose)
    {
        Argument<string> source = SharedOptions.Source();
        Option<DatasetType?> dataset = SharedOptions.Dataset("Dataset of the file; overrides the dataset= segment of its key");
        Option<bool> json = SharedOptions.Json();
        var command = new Command(
            "inspect", "Show the contents of a Parquet file, and whether a load would accept it") { source, dataset, json };
        var mapping = new MappingOptions();
        mapping.AddTo(command, dataset, hasRange: false);
        command.SetAction((result, _) => ExecuteAsync(
            host,
            new LoadSettings
            {
                Sources = [result.GetValue(source)!],
                Sink = SinkKind.Timestream,
                IsDryRun = true,
                IsOffline = true,
                Dataset = result.GetValue(dataset),
                MappingLocation = mapping.GetLocation(result),
                Mappings = mapping.GetMappings(result, result.GetValue(dataset)),
                Json = result.GetValue(json),
                Verbose = result.GetValue(verbose),
            }));
        return command;
    }

    private static async Task<int> ExecuteAsync(CliHost host, LoadSettings settings)
    {
        InspectResult result;
        try
        {
            ServiceProvider services = LoaderServices.Build(host, settings);
            await using (services.ConfigureAwait(false))
            {
                result = await InspectAsync(services, settings, host.Signals.Stop).ConfigureAwait(false);
            }
        }
        catch (LoadException failure)
        {
            return LoadExecution.PrintFailure(host, settings.Json, failure);
        }
        catch (OperationCanceledException) when (host.Signals.Stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }

        if (settings.Json)
        {
            host.Output.Profile.Out.Writer.WriteLine(
                JsonSerializer.Serialize(InspectDocument.From(result), InspectJson.Default.InspectDocument));
        }
        else
        {
            InspectView.Show(host.Output, result);
        }

        return result.Faults.Count == 0 ? ExitCode.Success
            : result.Failure is SourceNotFoundException ? ExitCode.Usage
            : result.Failure is { IsTransient: true } ? ExitCode.Transient
            : ExitCode.Permanent;
    }

    private static async Task<InspectResult> InspectAsync(
        ServiceProvider services, LoadSettings settings, CancellationToken cancellationToken)
    {
        // A wrong mapping is a mistake whatever the file is.
        await services.GetRequiredService<MappingProvider>().GetAsync(cancellationToken).ConfigureAwait(false);
        SourceListing listing = services.GetRequiredService<SourceListing>();
        SourceFile file;
        try
        {
            file = await FileArgument.FindAsync(listing, "inspect", settings.Sources[0], cancellationToken).ConfigureAwait(false);
        }
        catch (SourceNotFoundException missing) when (missing.File is not null)
        {
            return new InspectResult(missing.File, settings.Dataset) { Failure = missing };
        }

        return await FileInspection.RunAsync(services, file, settings.Dataset, readsRows: true, cancellationToken).ConfigureAwait(false);
    }
}
