using System.Text.Json;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Cli.Verifying;
using Loader.DuckDb;
using Loader.DuckDb.Comparing;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Sources;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace Loader.Cli.Commands;

/// <summary>Executes <c>verify</c>: builds the services, verifies the sources and prints the result.</summary>
internal static class VerifyExecution
{
    /// <summary>Executes the command.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ExecuteAsync(CliHost host, VerifySettings settings)
    {
        VerifySummary summary;
        try
        {
            summary = await VerifyAsync(host, settings).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            return LoadExecution.PrintFailure(host, settings.Load.Json, failure);
        }
        catch (OperationCanceledException) when (host.Signals.Stop.IsCancellationRequested)
        {
            const string Interrupted = "Interrupted before the first file: nothing was verified.";
            host.Error.MarkupLine($"[yellow]{Interrupted}[/]");
            if (settings.Load.Json)
            {
                LoadExecution.PrintJson(host, LoadDocument.FromError(Interrupted));
            }

            return ExitCode.Interrupted;
        }

        if (settings.Load.Json)
        {
            var document = VerifyDocument.From(summary);
            host.Json.End(JsonSerializer.Serialize(
                host.Json.HasFiles ? document with { Files = null } : document, VerifyJson.Default.VerifyDocument));
        }
        else
        {
            VerifyView.Show(host.Output, summary);
        }

        VerifyView.ShowProblems(host.Error, summary, host.IsQuiet);
        return ExitCode.From(summary);
    }

    private static async Task<VerifySummary> VerifyAsync(CliHost host, VerifySettings settings)
    {
        ServiceProvider services = LoaderServices.Build(host, settings.Load);
        await using (services.ConfigureAwait(false))
        {
            // A wrong mapping is a mistake whatever the files are.
            await services.GetRequiredService<MappingProvider>().GetAsync(host.Signals.Stop).ConfigureAwait(false);
            IRecordReader reader = CreateReader(services, settings.Load);
            using var disposable = reader as IDisposable;
            using var database = new ComparisonDatabase();
            var verifier = new FileVerifier(
                services.GetRequiredService<IParquetSource>(),
                reader,
                database,
                LoadMemory.From(services.GetRequiredService<IOptions<LoadOptions>>().Value),
                host.Time,
                settings);
            int estimates = 0;
            verifier.Estimated = (file, estimate) =>
            {
                if (!host.IsQuiet && ++estimates <= VerifyView.MaxFilesShown)
                {
                    VerifyView.ShowEstimate(host.Error, file, estimate);
                }
            };
            verifier.Waiting = (file, missing) =>
            {
                if (!host.IsQuiet)
                {
                    VerifyView.ShowWait(host.Error, file, missing, settings.Wait);
                }
            };
            var sources = new SourceVerifier(
                services.GetRequiredService<SourceListing>(),
                verifier,
                host.Time,
                services.GetRequiredService<ILoggerFactory>().CreateLogger("loader"));
            return await VerifyAsync(host, settings, sources).ConfigureAwait(false);
        }
    }

    /// <summary>Verifies the sources, and prints failures as they occur.</summary>
    private static async Task<VerifySummary> VerifyAsync(CliHost host, VerifySettings settings, SourceVerifier sources)
    {
        var progress = new RunProgress();
        int failures = 0;

        // A document that appears on a terminal piece by piece would be mixed with the progress.
        CliHost shown = settings.Load.Json && host.IsOutputTerminal
            ? host with { StatusLine = null, ProgressInterval = TimeSpan.MaxValue }
            : host;
        await using (ProgressDisplay.Start(shown, progress, sink: null).ConfigureAwait(false))
        {
            return await sources.VerifyAsync(settings.Load, progress, Print, host.Signals.Stop).ConfigureAwait(false);
        }

        void Print(FileVerification file)
        {
            if (settings.Load.Json)
            {
                host.Json.AddFile(JsonSerializer.Serialize(VerifyFileDocument.From(file), VerifyJson.Default.VerifyFileDocument));
            }

            if (file.Failure is { } failure)
            {
                host.Log?.Write(LogLevel.Error, $"{file.Name}: {failure.GetType().Name}: {failure.Message}");
            }

            if (file.Failure is not null && ++failures <= VerifyView.MaxFilesShown)
            {
                VerifyView.ShowFailure(host.Error, file);
            }
        }
    }

    private static IRecordReader CreateReader(IServiceProvider services, LoadSettings settings) => settings.Sink switch
    {
        SinkKind.InfluxDb => ((InfluxDbSink)services.GetRequiredService<IRecordSink>()).CreateReader(),
        SinkKind.Timestream => ((TimestreamSink)services.GetRequiredService<IRecordSink>()).CreateReader(),
        _ => new DuckDbReader(settings.DuckDbFile),
    };
}
