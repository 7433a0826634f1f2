using System.CommandLine;
using System.Text.Json;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Cli.Inspecting;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Cli.Commands;

/// <summary><c>loader inspect</c>: tells what is in one file and what a load would make of it.</summary>
internal static class InspectCommand
{
    /// <summary>What the help of the command adds.</summary>
    public const string Notes =
        """
        The footer tells the schema, the row groups and the sizes; then the columns that a load uses are read for the time span, the
        series and the invalid rows. Nothing is written.

        Examples:
          loader inspect 'samples/dataset=generation/year=2024/month=01/generation-2024-01.parquet'
          loader inspect s3://bucket/processed/march.parquet --dataset consumption --json

        Exit codes: 0 a load would take the file, 1 it would refuse it, 2 wrong usage or no such file, 3 run again.
        """;

    public static Command Create(CliHost host, Option<bool> verbose)
    {
        Argument<string> source = SharedOptions.Source();
        Option<DatasetType?> dataset = SharedOptions.Dataset("The dataset, where the key has no dataset= segment or a wrong one");
        Option<bool> json = SharedOptions.Json();
        var command = new Command("inspect", "Tell what is in a Parquet file, and what a load would make of it") { source, dataset, json };
        command.SetAction((result, _) => ExecuteAsync(
            host,
            new RunSettings { Sources = [result.GetValue(source)!], Sink = SinkKind.None, Dataset = result.GetValue(dataset), Json = result.GetValue(json), Verbose = result.GetValue(verbose) }));
        return command;
    }

    private static async Task<int> ExecuteAsync(CliHost host, RunSettings settings)
    {
        InspectResult result;
        try
        {
            ServiceProvider services = LoaderServices.Build(host, settings, duckDb: null);
            await using (services.ConfigureAwait(false))
            {
                result = await InspectAsync(services, settings, host.Signals.Stop).ConfigureAwait(false);
            }
        }
        catch (LoadException failure)
        {
            return RunCommand.Refuse(host, settings.Json, failure);
        }
        catch (OperationCanceledException) when (host.Signals.Stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }

        if (settings.Json)
        {
            host.Output.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(InspectDocument.Of(result), InspectJson.Default.InspectDocument));
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

    private static async Task<InspectResult> InspectAsync(ServiceProvider services, RunSettings settings, CancellationToken cancellationToken)
    {
        SourceFile file = await FileOf(services.GetRequiredService<SourceListing>(), settings.Sources[0], cancellationToken).ConfigureAwait(false);
        DatasetType? dataset = settings.Dataset ?? (DatasetType.TryParse(HiveKey.Find(file.Key, "dataset"), out DatasetType? fromKey) ? fromKey : null);
        var result = new InspectResult(file, dataset);
        try
        {
            result = result with { Inspection = await services.GetRequiredService<ParquetSource>().InspectAsync(file, dataset, cancellationToken).ConfigureAwait(false) };
        }
        catch (LoadException failure)
        {
            return result with { Failure = failure };
        }

        if (dataset is null || result.Inspection.Faults.Count > 0)
        {
            return result;
        }

        (ContentSummary content, LoadException? unread) = await ContentSummary
            .ReadAsync(services.GetRequiredService<IParquetSource>(), file, dataset, cancellationToken).ConfigureAwait(false);
        return result with { Content = content, Failure = unread };
    }

    private static async Task<SourceFile> FileOf(SourceListing listing, string source, CancellationToken cancellationToken)
    {
        if (SourceListing.IsFolder(source))
        {
            throw new ConfigurationException($"{PlainText.Escape(source)} is a folder or a prefix; inspect takes one file.");
        }

        await foreach (SourceFile file in listing.ListAsync(source, cancellationToken).ConfigureAwait(false))
        {
            return file;
        }

        throw new SourceNotFoundException($"{PlainText.Escape(source)} does not exist.");
    }
}
