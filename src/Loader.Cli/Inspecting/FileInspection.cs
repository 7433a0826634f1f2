using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Cli.Inspecting;

/// <summary>Inspects one file.</summary>
internal static class FileInspection
{
    /// <summary>Reads the footer, and the rows if that is wanted.</summary>
    /// <param name="services">The services of the command.</param>
    /// <param name="file">The file.</param>
    /// <param name="named">The dataset that the user names, or <see langword="null"/> to take it from the mapping or the key.</param>
    /// <param name="readsRows">Whether rows are read too.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>What was found. A failure is part of it.</returns>
    public static async Task<InspectResult> RunAsync(
        IServiceProvider services, SourceFile file, DatasetType? named, bool readsRows, CancellationToken cancellationToken)
    {
        var source = services.GetRequiredService<ParquetSource>();
        DatasetType? dataset = named
            ?? await source.FindDatasetAsync(file, cancellationToken).ConfigureAwait(false)
            ?? (DatasetType.TryParse(HiveKey.Find(file.PartitionPath, "dataset"), out DatasetType? fromKey) ? fromKey : null);
        var result = new InspectResult(file, dataset);
        try
        {
            result = result with { Inspection = await source.InspectAsync(file, dataset, cancellationToken).ConfigureAwait(false) };
        }
        catch (LoadException failure)
        {
            SourceListing listing = services.GetRequiredService<SourceListing>();
            return result with { Failure = await listing.ExplainAsync(failure, cancellationToken).ConfigureAwait(false) };
        }

        if (dataset is null || result.Inspection.Faults.Count > 0 || !readsRows)
        {
            return result;
        }

        (RowSummary rows, LoadException? failureOfRows) = await RowSummary
            .ReadAsync(services.GetRequiredService<IParquetSource>(), file, dataset, cancellationToken).ConfigureAwait(false);
        return failureOfRows is null
            ? result with { Rows = rows }
            : result with { Failure = failureOfRows, RowsBeforeFailure = rows.RowCount };
    }
}
