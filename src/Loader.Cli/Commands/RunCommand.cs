using System.Text.Json;
using Loader.Application.Results;
using Loader.Cli.DuckDb;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Loader.Cli.Commands;

/// <summary>What <c>load</c> and <c>validate</c> do: compose the loader, run it over the sources, show the result.</summary>
internal static class RunCommand
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ExecuteAsync(CliHost host, RunSettings settings)
    {
        host.Signals.Stopping = () => host.Error.MarkupLine("Stopping once the row groups in flight are settled; another Ctrl-C abandons them.");
        RunResult result;
        try
        {
            result = await RunAsync(host, settings).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            return Refuse(host, settings.Json, failure);
        }

        if (settings.Json)
        {
            Print(host, RunDocument.Of(result, settings));
        }
        else
        {
            RunView.Show(host.Output, result, settings);
        }

        RunView.ShowProblems(host.Error, result);
        return ExitCode.Of(result);
    }

    /// <summary>Ends a command that could not begin.</summary>
    /// <returns>The exit code.</returns>
    public static int Refuse(CliHost host, bool json, LoadException failure)
    {
        host.Error.MarkupLine($"[red]{Words.Safe(failure.Message)}[/]");
        if (json)
        {
            Print(host, RunDocument.OfFailure(failure.Message));
        }

        return failure is ConfigurationException ? ExitCode.Usage : failure.IsTransient ? ExitCode.Transient : ExitCode.Permanent;
    }

    /// <summary>Writes a document past Spectre, which would wrap its line.</summary>
    public static void Print(CliHost host, RunDocument document) =>
        host.Output.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(document, OutputJson.Default.RunDocument));

    private static async Task<RunResult> RunAsync(CliHost host, RunSettings settings)
    {
        DuckDbSink? duckDb = settings.Sink == SinkKind.DuckDb ? new DuckDbSink(settings.DuckDbFile) : null;
        ServiceProvider services = LoaderServices.Build(host, settings, duckDb);
        await using (services.ConfigureAwait(false))
        {
            ILogger logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("loader");
            LoadRunner runner = services.GetRequiredService<LoadRunner>();
            ResumeJournal journal = settings.Sink == SinkKind.None
                ? ResumeJournal.None(logger)
                : ResumeJournal.Open(host.PathOf(".loader"), settings, host.Configuration, logger);
            RunResult result = await ProgressDisplay.RunAsync(
                host.Error, display => runner.RunAsync(settings, host.Signals, display, journal)).ConfigureAwait(false);
            return duckDb is null ? result : result with { Tables = await TablesOf(duckDb, logger).ConfigureAwait(false) };
        }
    }

    /// <summary>What the tables hold is told beside the result and never changes it.</summary>
    private static async Task<IReadOnlyList<TableSummary>> TablesOf(DuckDbSink duckDb, ILogger logger)
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
