using System.CommandLine;
using System.Text;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Cli.Inspecting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Parquet.Inspecting;
using Loader.Infrastructure.Parquet.Suggesting;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Loader.Cli.Commands;

/// <summary><c>loader mapping</c>: checks mappings and drafts them.</summary>
internal static class MappingCommand
{
    /// <summary>The text after the options in the group's help.</summary>
    public const string Notes =
        """
        A mapping says where the columns of a dataset come from in a file that names them differently.

        Examples:
          loader mapping suggest CURVA_CARGA_2024.parquet > ons.json
          loader mapping check ons.json CURVA_CARGA_2024.parquet
          loader inspect CURVA_CARGA_2024.parquet --mapping ons.json
          loader load CURVA_CARGA_2024.parquet --mapping ons.json
        """;

    /// <summary>The text after the options in the help of <c>check</c>.</summary>
    public const string CheckNotes =
        """
        Without a file, it prints what the mapping holds. With a file, it reads the footer and prints which mapping applies and where each
        field comes from. All faults are printed at once, and nothing is written.

        Examples:
          loader mapping check samples/mappings/ons.json
          loader mapping check samples/mappings/ons.json CURVA_CARGA_2024.parquet
          loader mapping check s3://bucket/mappings/ons.json s3://bucket/raw/CURVA_CARGA_2024.parquet --json

        Exit codes:
          0    no faults
          1    the mapping does not fit the file, or none applies to it
          2    the mapping is wrong, or wrong usage or settings, or a file does not exist
          3    a temporary failure: run the command again
          130  interrupted
        """;

    /// <summary>The text after the options in the help of <c>suggest</c>.</summary>
    public const string SuggestNotes =
        """
        Prints a mapping as JSON on standard output, drafted from names and types of columns and from texts of the first row group. Standard
        error lists what is left to decide. Such members have placeholders that 'loader mapping check' complains about.

        Examples:
          loader mapping suggest CURVA_CARGA_2024.parquet > ons.json
          loader mapping suggest s3://bucket/raw/meters.parquet --dataset consumption > meters.json

        Exit codes:
          0    a draft was printed, whether or not something is left to decide
          1    the file is no Parquet file that can be read
          2    wrong usage or settings, the file does not exist, or nothing says what its dataset is
          3    a temporary failure: run the command again
          130  interrupted
        """;

    public static Command Create(CliHost host, Option<bool> verbose, out Command check, out Command suggest)
    {
        check = CreateCheck(host, verbose);
        suggest = CreateSuggest(host, verbose);
        return new Command("mapping", "Check a column mapping, or draft one for a file") { check, suggest };
    }

    private static Command CreateCheck(CliHost host, Option<bool> verbose)
    {
        Argument<string> location = SharedOptions.Source("mapping", "A JSON file with mappings, or s3://bucket/key");
        Argument<string> file = SharedOptions.Source("file", "A Parquet file or s3://bucket/key to check the mapping with");
        file.Arity = ArgumentArity.ZeroOrOne;
        Option<bool> json = SharedOptions.Json();
        var command = new Command("check", "Check a mapping, alone or against the columns of a file") { location, file, json };
        command.SetAction((result, _) => RunAsync(
            host,
            new LoadSettings
            {
                Sources = result.GetValue(file) is { } source ? [source] : [],
                Sink = SinkKind.Timestream,
                IsDryRun = true,
                IsOffline = true,
                MappingLocation = result.GetValue(location),
                Json = result.GetValue(json),
                Verbose = result.GetValue(verbose),
            },
            CheckAsync));
        return command;
    }

    private static Command CreateSuggest(CliHost host, Option<bool> verbose)
    {
        Argument<string> file = SharedOptions.Source("file", "A Parquet file or s3://bucket/key");
        Option<DatasetType?> dataset = SharedOptions.Dataset("Dataset of the file (default: from the key, or guessed)");
        var command = new Command("suggest", "Draft a mapping for a Parquet file") { file, dataset };
        command.SetAction((result, _) => RunAsync(
            host,
            new LoadSettings
            {
                Sources = [result.GetValue(file)!],
                Sink = SinkKind.Timestream,
                IsDryRun = true,
                IsOffline = true,
                Dataset = result.GetValue(dataset),
                Mappings = SourceMappings.None,
                Verbose = result.GetValue(verbose),
            },
            SuggestAsync));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, LoadSettings settings, Func<CliHost, LoadSettings, ServiceProvider, Task<int>> execute)
    {
        try
        {
            ServiceProvider services = LoaderServices.Build(host, settings);
            await using (services.ConfigureAwait(false))
            {
                return await execute(host, settings, services).ConfigureAwait(false);
            }
        }
        catch (SourceNotFoundException missing)
        {
            LoadExecution.PrintFailure(host, settings.Json, missing);
            return ExitCode.Usage;
        }
        catch (LoadException failure)
        {
            return LoadExecution.PrintFailure(host, settings.Json, failure);
        }
        catch (OperationCanceledException) when (host.Signals.Stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private static async Task<int> CheckAsync(CliHost host, LoadSettings settings, ServiceProvider services)
    {
        CancellationToken stop = host.Signals.Stop;
        string location = settings.MappingLocation!;
        SourceMappings mappings;
        try
        {
            mappings = await services.GetRequiredService<MappingProvider>().GetAsync(stop).ConfigureAwait(false);
        }
        catch (ConfigurationException wrong) when (wrong.Faults.Count > 0)
        {
            if (settings.Json)
            {
                Print(host, new MappingDocument { Location = location, Faults = wrong.Faults });
            }

            host.Error.MarkupLine($"[red]The mapping {ConsoleFormat.Escape(location)} is wrong:[/]");
            MappingView.ShowList(host.Error, wrong.Faults);
            return ExitCode.Usage;
        }

        var result = new MappingDocument
        {
            Location = location,
            Mappings = [.. mappings.All.Select(DescribedMapping.From)],
            Faults = [],
        };
        if (settings.Sources is [var source])
        {
            result = await CheckFileAsync(result, source, services, stop).ConfigureAwait(false);
        }

        if (settings.Json)
        {
            Print(host, result);
        }
        else
        {
            MappingView.ShowCheck(host.Output, result);
        }

        return result.Valid ? ExitCode.Success : ExitCode.Permanent;
    }

    private static async Task<MappingDocument> CheckFileAsync(
        MappingDocument result, string source, ServiceProvider services, CancellationToken cancellationToken)
    {
        SourceListing listing = services.GetRequiredService<SourceListing>();
        SourceFile file = await FileArgument.FindAsync(listing, "mapping check", source, cancellationToken).ConfigureAwait(false);
        ParquetSource parquet = services.GetRequiredService<ParquetSource>();
        ParquetInspection inspection;
        try
        {
            inspection = await parquet.InspectAsync(file, dataset: null, cancellationToken).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            throw await listing.ExplainAsync(failure, cancellationToken).ConfigureAwait(false);
        }

        // Kept rows have a mapping by their key, but are read without it.
        bool isForKey = await parquet.FindDatasetAsync(file, cancellationToken).ConfigureAwait(false) is not null;
        string keys = string.Join(", ", result.Mappings.SelectMany(mapping => mapping.Keys).Select(key => $"'{key}'"));
        return result with
        {
            File = file.ToString(),
            Applied = MappingIdentity.From(inspection.Mapping),
            Fields = inspection.Mapping is null ? null : inspection.Fields,
            Faults = inspection.Mapping is null && !isForKey
                ? [PlainText.Escape($"keys: {file} matches none of {keys}; it would be read as it is")]
                : inspection.Faults,
        };
    }

    private static async Task<int> SuggestAsync(CliHost host, LoadSettings settings, ServiceProvider services)
    {
        CancellationToken stop = host.Signals.Stop;
        SourceListing listing = services.GetRequiredService<SourceListing>();
        SourceFile file = await FileArgument.FindAsync(listing, "mapping suggest", settings.Sources[0], stop).ConfigureAwait(false);
        MappingSuggestion suggestion;
        try
        {
            suggestion = await services.GetRequiredService<ParquetSource>()
                .SuggestMappingAsync(file, settings.Dataset, stop).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            throw await listing.ExplainAsync(failure, stop).ConfigureAwait(false);
        }

        host.Output.Profile.Out.Writer.WriteLine(Encoding.UTF8.GetString(suggestion.Json.Span));
        ShowList(host.Error, "To decide:", suggestion.Questions);
        ShowList(host.Error, "Please note:", suggestion.Notes);
        return ExitCode.Success;
    }

    private static void ShowList(IAnsiConsole output, string heading, IReadOnlyList<string> items)
    {
        if (items.Count > 0)
        {
            output.MarkupLine(heading);
            MappingView.ShowList(output, items);
        }
    }

    private static void Print(CliHost host, MappingDocument document) => host.Output.Profile.Out.Writer.WriteLine(
        JsonSerializer.Serialize(document, MappingJson.Default.MappingDocument));
}
