using System.Diagnostics;
using System.Diagnostics.Metrics;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application.Telemetry;

/// <summary>
/// Reports loads and row groups as spans and measurements. It costs nothing, and allocates nothing, while nobody listens.
/// </summary>
/// <remarks>
/// Names and units follow the conventions of OpenTelemetry: https://opentelemetry.io/docs/specs/semconv/general/naming/. Nothing is
/// measured for a single row.
/// </remarks>
internal static class LoadTelemetry
{
    private const string Dataset = "loader.dataset";
    private const string Status = "loader.status";
    private const string Outcome = "loader.outcome";
    private const string ErrorType = "error.type";

    private static readonly ActivitySource Source = new(LoaderTelemetry.ActivitySourceName, ProductVersion.Current);
    private static readonly Meter Meter = new(LoaderTelemetry.MeterName, ProductVersion.Current);

    private static readonly Histogram<double> LoadDuration = Meter.CreateHistogram(
        "loader.load.duration", "s", "Duration of loads that were not skipped.", advice: Seconds(0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 900));

    private static readonly Histogram<double> RowGroupDuration = Meter.CreateHistogram(
        "loader.row_group.duration", "s", "Time to settle a row group: to validate and write its rows, and to keep those not stored.",
        advice: Seconds(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60));

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>(
        "loader.rows", "{row}", "Rows of loads that ended, by outcome.");

    private static readonly Counter<long> BytesRead = Meter.CreateCounter<long>(
        "loader.source.read", "By", "Bytes of source files that were read.");

    /// <summary>Starts the span of a load.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The span, or <see langword="null"/> if nobody listens.</returns>
    public static Activity? StartLoad(SourceFile file)
    {
        Activity? span = Source.StartActivity("load");
        if (span?.IsAllDataRequested == true)
        {
            span.SetTag("loader.file", file.ToString());
        }

        return span;
    }

    /// <summary>Reports how a load ended.</summary>
    /// <param name="span">The span of the load, which the caller disposes.</param>
    /// <param name="report">The report.</param>
    public static void EndLoad(Activity? span, LoadReport report)
    {
        if (span?.IsAllDataRequested == true)
        {
            Describe(span, report);
        }

        if (report.Status == LoadStatus.Skipped)
        {
            // No load took place, and its duration would lower the averages.
            return;
        }

        string dataset = report.Dataset?.Name ?? "unknown";
        if (LoadDuration.Enabled)
        {
            var tags = new TagList { { Dataset, dataset }, { Status, report.Status.ToName() } };
            if (report.Failure is { } failure)
            {
                tags.Add(ErrorType, failure.GetType().Name);
            }

            LoadDuration.Record(report.Elapsed.TotalSeconds, tags);
        }

        if (Rows.Enabled)
        {
            foreach (RowOutcome outcome in Ledger.Outcomes)
            {
                if (report.Ledger[outcome] is > 0 and var count)
                {
                    Rows.Add(count, new TagList { { Dataset, dataset }, { Outcome, NameOf(outcome) } });
                }
            }
        }

        if (BytesRead.Enabled && report.BytesRead > 0)
        {
            BytesRead.Add(report.BytesRead, new KeyValuePair<string, object?>(Dataset, dataset));
        }
    }

    /// <summary>Starts the span of a row group.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="rows">The number of its rows.</param>
    /// <returns>The span, or <see langword="null"/> if nobody listens.</returns>
    public static Activity? StartRowGroup(int rowGroup, int rows)
    {
        Activity? span = Source.StartActivity("row_group");
        if (span?.IsAllDataRequested == true)
        {
            span.SetTag("loader.row_group", rowGroup);
            span.SetTag("loader.rows.read", rows);
        }

        return span;
    }

    /// <summary>Reports how settling a row group ended.</summary>
    /// <param name="span">The span of the row group, which the caller disposes.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="ledger">The outcomes of its rows.</param>
    /// <param name="effort">What writing them took.</param>
    /// <param name="failure">Why the load cannot go on, or <see langword="null"/>.</param>
    /// <param name="elapsed">The time that it took.</param>
    public static void EndRowGroup(
        Activity? span, DatasetType dataset, in Ledger ledger, in WriteEffort effort, LoadException? failure, TimeSpan elapsed)
    {
        if (span?.IsAllDataRequested == true)
        {
            Describe(span, ledger, effort);
            SetFailure(span, failure);
        }

        if (RowGroupDuration.Enabled)
        {
            var tags = new TagList { { Dataset, dataset.Name } };
            if (failure is not null)
            {
                tags.Add(ErrorType, failure.GetType().Name);
            }

            RowGroupDuration.Record(elapsed.TotalSeconds, tags);
        }
    }

    private static InstrumentAdvice<double> Seconds(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    private static void Describe(Activity span, LoadReport report)
    {
        span.SetTag(Status, report.Status.ToName());
        span.SetTag(Dataset, report.Dataset?.Name);
        span.SetTag("loader.destination", report.Destination?.Name);
        span.SetTag("loader.mapping", report.Mapping?.Name);
        span.SetTag("loader.skipped_because", report.SkippedBecause?.ToString());
        span.SetTag("loader.rows.read", report.Ledger.Read);
        span.SetTag("loader.source.read", report.BytesRead);
        Describe(span, report.Ledger, report.Effort);
        SetFailure(span, report.Failure);
    }

    private static void Describe(Activity span, in Ledger ledger, in WriteEffort effort)
    {
        foreach (RowOutcome outcome in Ledger.Outcomes)
        {
            if (ledger[outcome] is > 0 and var count)
            {
                span.SetTag($"loader.rows.{NameOf(outcome)}", count);
            }
        }

        span.SetTag("loader.requests", effort.Requests);
        span.SetTag("loader.retries", effort.Retries);
        span.SetTag("loader.throttles", effort.Throttles);
    }

    private static void SetFailure(Activity span, LoadException? failure)
    {
        if (failure is not null)
        {
            span.SetTag(ErrorType, failure.GetType().Name);
            span.SetStatus(ActivityStatusCode.Error, failure.Message);
        }
    }

    private static string NameOf(RowOutcome outcome) => outcome switch
    {
        RowOutcome.Written => "written",
        RowOutcome.Superseded => "superseded",
        RowOutcome.Duplicate => "duplicate",
        RowOutcome.Invalid => "invalid",
        RowOutcome.Rejected => "rejected",
        RowOutcome.Filtered => "filtered",
        _ => "unsettled",
    };
}
