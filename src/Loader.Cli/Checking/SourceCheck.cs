using System.Globalization;
using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Cli.Inspecting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Cli.Checking;

/// <summary>Checks the sources: what would be loaded, and in short what <c>inspect</c> and <c>validate</c> find.</summary>
/// <param name="host">The environment of the command.</param>
/// <param name="settings">The sources, as for a dry run.</param>
/// <param name="build">Builds the services of a dry run.</param>
internal sealed class SourceCheck(CliHost host, LoadSettings settings, Func<LoadSettings, ServiceProvider> build)
{
    /// <summary>More files are not listed: a check takes seconds, whatever the source holds.</summary>
    private const int MaxListed = 1_000;

    /// <summary>The rows of more files, or of larger ones, are not read.</summary>
    private const int MaxRead = 20;
    private const long MaxReadBytes = 256_000_000;

    private readonly List<ListedFile> _files = [];

    /// <summary>Gets the first file in S3, or <see langword="null"/>.</summary>
    public SourceFile? FirstInS3 => _files.Select(file => file.File).FirstOrDefault(file => !file.IsLocal);

    /// <summary>Lists the sources.</summary>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>What was found.</returns>
    public async Task<IReadOnlyList<CheckResult>> ListAsync(CancellationToken cancellationToken)
    {
        const string Name = "source files";
        var results = new List<CheckResult>();
        ServiceProvider services = build(settings);
        await using (services.ConfigureAwait(false))
        {
            var listed = new ListedFiles(
                services.GetRequiredService<SourceListing>(), settings.Sources, settings.Filter, settings.Input);
            bool isCut = false;
            await foreach (ListedFile? file in listed.ListAsync(
                failed => results.Add(CheckResult.Failed(Name, $"{PlainText.Escape(failed.Name)}: {failed.Failure!.Message}")),
                cancellationToken).ConfigureAwait(false))
            {
                if (file is not { } found)
                {
                    continue;
                }

                if (_files.Count == MaxListed)
                {
                    isCut = true;
                    break;
                }

                _files.Add(found);
            }

            cancellationToken.ThrowIfCancellationRequested();
            foreach (string source in listed.EmptySources)
            {
                results.Add(CheckResult.Failed(
                    Name,
                    $"There is no file to load in {PlainText.Escape(source)}."
                    + (listed.Skipped.Total > 0 ? $" Skipped {listed.Skipped.Describe()}." : ""),
                    "Name another folder or prefix, or the file itself."));
            }

            if (_files.Count > 0)
            {
                string skipped = listed.Skipped.Total > 0 ? $", and skipped {listed.Skipped.Describe()}" : "";
                results.Insert(0, CheckResult.Ok(
                    Name,
                    $"A load would take {(isCut ? "more than " : "")}{ConsoleFormat.Count(_files.Count, "file")}"
                    + $"{(isCut ? "" : SizeOf(_files))}{skipped}."));
            }
        }

        return results;
    }

    /// <summary>Reads files as a load does, and stores nothing.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The results, each when it is known.</returns>
    public async IAsyncEnumerable<CheckResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_files.Count == 0)
        {
            yield break;
        }

        CheckResult first = await InspectAsync(_files[0].File, cancellationToken).ConfigureAwait(false);
        yield return first;
        if (first.Status == CheckStatus.Failed)
        {
            yield break;
        }

        long bytes = 0;
        ListedFile[] some = [.. _files.Take(MaxRead).TakeWhile((file, index) => index == 0 || (bytes += file.Bytes ?? 0) <= MaxReadBytes)];
        LoadSummary summary = await ValidateAsync(some, cancellationToken).ConfigureAwait(false);
        string what = some.Length == _files.Count ? ConsoleFormat.Count(some.Length, "file")
            : $"the first {ConsoleFormat.Count(some.Length, "file")}";
        yield return DescribeRows(summary, what);
        if (summary.Quality is { } quality && quality.SeriesCount > 0)
        {
            yield return DescribeSeries(quality, what);
        }
    }

    private static string SizeOf(List<ListedFile> files) =>
        files.TrueForAll(file => file.Bytes is not null) ? $" of {ConsoleFormat.Size(files.Sum(file => file.Bytes!.Value))}" : "";

    private static CheckResult DescribeRows(LoadSummary summary, string what)
    {
        const string Name = "rows";
        Ledger total = summary.Total;
        string counts = $"In {what}, {ConsoleFormat.Count(total.Read, "row")} were read and "
            + $"{ConsoleFormat.Count(total[RowOutcome.Written])} can be stored";
        if (summary.Files.Failures.FirstOrDefault() is { Failure: { } failure } file)
        {
            string more = summary.Files.FailureCount > 1 ? $" {ConsoleFormat.Count(summary.Files.FailureCount)} files fail." : "";
            return CheckResult.Failed(
                Name, $"{PlainText.Escape(file.Name)}: {failure.Message}{more}", "Run loader validate for all of them.");
        }

        long others = total.Read - total[RowOutcome.Written] - total[RowOutcome.Filtered];
        string details = string.Join(", ", Ledger.Outcomes
            .Where(outcome => outcome != RowOutcome.Written && total[outcome] > 0)
            .Select(outcome => $"{ConsoleFormat.Count(total[outcome])} {outcome.ToString().ToLowerInvariant()}"));
        return others == 0
            ? CheckResult.Ok(Name, $"{counts}{(details.Length > 0 ? $"; {details}" : "")}.")
            : CheckResult.Warning(Name, $"{counts}; {details}.", "Run loader validate to see the reasons and the first of these rows.");
    }

    private static CheckResult DescribeSeries(Application.Quality.QualityReport quality, string what)
    {
        const string Name = "series";
        string counts = string.Join(", ", Enum.GetValues<QualitySeverity>().OrderDescending()
            .Select(severity => (Severity: severity, Count: quality.CountOf(severity))).Where(item => item.Count > 0)
            .Select(item => $"{ConsoleFormat.Count(item.Count, item.Severity.ToString().ToLowerInvariant())}"));
        string found = string.Create(
            CultureInfo.InvariantCulture,
            $"In {what}, {ConsoleFormat.Count(quality.SeriesCount)} series have {(counts.Length == 0 ? "no findings" : counts)}.");
        return quality.Worst >= QualitySeverity.Warning
            ? CheckResult.Warning(Name, found, "Run loader validate, or with --report FILE to see them as a page. They do not fail a load.")
            : CheckResult.Ok(Name, found);
    }

    private async Task<CheckResult> InspectAsync(SourceFile file, CancellationToken cancellationToken)
    {
        const string Name = "first file";
        ServiceProvider services = build(settings);
        await using (services.ConfigureAwait(false))
        {
            InspectResult result = await FileInspection.RunAsync(
                services, file, settings.Dataset, readsRows: false, cancellationToken).ConfigureAwait(false);
            if (result.Faults.Count > 0)
            {
                return CheckResult.Failed(
                    Name,
                    $"{PlainText.Escape(file.ToString())}: {string.Join(' ', result.Faults)}",
                    "Run loader inspect for all columns, and loader mapping suggest if the file has other column names.");
            }

            string groups = ConsoleFormat.Count(result.Inspection!.RowGroups.Count, "row group");
            return CheckResult.Ok(
                Name,
                $"{PlainText.Escape(file.ToString())} has {ConsoleFormat.Count(result.Inspection.Rows, "row")} of {result.Dataset!.Name} "
                + $"in {groups}.");
        }
    }

    private async Task<LoadSummary> ValidateAsync(ListedFile[] files, CancellationToken cancellationToken)
    {
        LoadSettings validation = settings with { Sources = [.. files.Select(file => file.File.ToString())], JudgesQuality = true };
        ServiceProvider services = build(validation);
        await using (services.ConfigureAwait(false))
        {
            var journal = new FileJournal(
                path: null, resume: false, services.GetRequiredService<IRecordSink>(), NullLogger.Instance);
            LoadSummary summary = await services.GetRequiredService<SourceLoader>()
                .LoadAsync(validation, host.Signals, new RunProgress(), journal, added: null).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return summary;
        }
    }
}
