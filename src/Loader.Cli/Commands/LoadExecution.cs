using System.Text.Json;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Cli.Reporting;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Loader.Cli.Commands;

/// <summary>Executes <c>load</c> and <c>validate</c>: builds the services, loads the sources and prints the result.</summary>
internal static class LoadExecution
{
    /// <summary>Executes the command.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ExecuteAsync(CliHost host, LoadSettings settings)
    {
        host.Signals.Stopping = () => host.Error.MarkupLine(
            "Stopping after the row groups in flight are finished. Press Ctrl-C again to abandon them.");
        LoadSummary summary;
        try
        {
            if (settings.ReportPath is { } path)
            {
                ReportFile.Check(path);
            }

            summary = await LoadAsync(host, settings).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            return PrintFailure(host, settings.Json, failure);
        }
        catch (OperationCanceledException) when (host.Signals.Stop.IsCancellationRequested)
        {
            const string Interrupted = "Interrupted before the first file: nothing was loaded.";
            host.Error.MarkupLine($"[yellow]{Interrupted}[/]");
            if (settings.Json)
            {
                PrintJson(host, LoadDocument.FromError(Interrupted));
            }

            WriteReport(host, settings, new LoadSummary { Files = new FileResults(), WasInterrupted = true });
            return ExitCode.Interrupted;
        }

        if (settings.Json)
        {
            PrintJson(host, LoadDocument.From(summary, settings));
        }
        else
        {
            LoadView.Show(host.Output, summary, settings);
        }

        LoadView.ShowProblems(host.Error, summary, host.IsQuiet);
        return ExitCode.From(summary, settings.FailOn, lacksReport: !WriteReport(host, settings, summary));
    }

    /// <summary>Prints the failure of a command that could not start.</summary>
    /// <returns>The exit code.</returns>
    public static int PrintFailure(CliHost host, bool json, LoadException failure)
    {
        host.Error.MarkupLine($"[red]{ConsoleFormat.Escape(failure.Message)}[/]");
        host.Log?.Write(LogLevel.Error, $"{failure.GetType().Name}: {failure.Message}");
        if (json)
        {
            PrintJson(host, LoadDocument.FromError(failure.Message));
        }

        return failure is ConfigurationException ? ExitCode.Usage : failure.IsTransient ? ExitCode.Transient : ExitCode.Permanent;
    }

    /// <summary>Prints a document on one line, without Spectre, which would wrap the line.</summary>
    public static void PrintJson(CliHost host, LoadDocument document) => host.Json.End(
        JsonSerializer.Serialize(host.Json.HasFiles ? document with { Files = null } : document, LoadJson.Default.LoadDocument));

    private static void PrintFile(CliHost host, FileResult result) =>
        host.Json.AddFile(JsonSerializer.Serialize(FileDocument.From(result), LoadJson.Default.FileDocument));

    /// <summary>Writes the page about a run, if one is wanted. What was stored does not depend on it.</summary>
    /// <returns>Whether the page is there, or none is wanted.</returns>
    private static bool WriteReport(CliHost host, LoadSettings settings, LoadSummary summary)
    {
        if (settings.ReportPath is not { } path)
        {
            return true;
        }

        try
        {
            long bytes = ReportFile.Write(path, writer => ReportPage.Write(writer, summary, settings, host.Time.GetUtcNow()));
            if (!settings.Json || !host.IsQuiet)
            {
                (settings.Json ? host.Error : host.Output).MarkupLine(
                    $"Report: {ConsoleFormat.Escape(path)} ({ConsoleFormat.Size(bytes)})");
            }

            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or LoadException)
        {
            host.Error.MarkupLine(
                $"[red]The report {ConsoleFormat.Escape(path)} could not be written: {ConsoleFormat.Escape(failure.Message)} "
                + "It changes nothing of what is stored.[/]");
            return false;
        }
    }

    /// <summary>Loads the sources, and prints failures as they occur.</summary>
    private static async Task<LoadSummary> LoadAsync(
        CliHost host, LoadSettings settings, SourceLoader loader, ResumeJournal journal, IRecordSink sink)
    {
        var progress = new RunProgress();
        int failures = 0;

        // A document that appears on a terminal piece by piece would be mixed with the progress.
        CliHost shown = settings.Json && host.IsOutputTerminal
            ? host with { StatusLine = null, ProgressInterval = TimeSpan.MaxValue }
            : host;
        await using (ProgressDisplay.Start(shown, progress, sink).ConfigureAwait(false))
        {
            return await loader.LoadAsync(settings, host.Signals, progress, journal, Print).ConfigureAwait(false);
        }

        // It is called for one result at a time.
        void Print(FileResult result)
        {
            if (settings.Json)
            {
                PrintFile(host, result);
            }

            if (result.Failure is { } failure)
            {
                host.Log?.Write(LogLevel.Error, $"{result.Name}: {failure.GetType().Name}: {failure.Message}");
            }

            if (result.Failure is not null && ++failures <= LoadView.MaxFilesShown)
            {
                LoadView.ShowFailure(host.Error, result);
            }
        }
    }

    private static async Task<LoadSummary> LoadAsync(CliHost host, LoadSettings settings)
    {
        ServiceProvider services = LoaderServices.Build(host, settings);
        await using (services.ConfigureAwait(false))
        {
            ILogger logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("loader");
            SourceLoader loader = services.GetRequiredService<SourceLoader>();
            IRecordSink sink = services.GetRequiredService<IRecordSink>();
            SourceMappings mappings =
                await services.GetRequiredService<MappingProvider>().GetAsync(host.Signals.Stop).ConfigureAwait(false);
            var journal = ResumeJournal.Open(
                host.ResolvePath(".loader"), settings, mappings, host.Configuration, sink, host.Time, logger);
            LoadSummary summary = await LoadAsync(host, settings, loader, journal, sink).ConfigureAwait(false);
            return sink is InfluxDbEstimatingSink estimating ? summary with { InfluxDb = estimating.Estimate }
                : services.GetService<DuckDbSink>() is { } duckDb
                    ? summary with { Tables = await SummarizeTablesAsync(duckDb, logger).ConfigureAwait(false) }
                    : summary;
        }
    }

    /// <summary>Reads the contents of the tables. If that fails, the result of the load stays the same.</summary>
    private static async Task<IReadOnlyList<TableSummary>> SummarizeTablesAsync(DuckDbSink duckDb, ILogger logger)
    {
        try
        {
            return await duckDb.SummarizeAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            logger.TablesNotRead(PlainText.Escape(failure.Message));
            return [];
        }
    }
}
