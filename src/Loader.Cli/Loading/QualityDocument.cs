using System.Xml;
using Loader.Application.Quality;
using Loader.Domain;

namespace Loader.Cli.Loading;

/// <summary>The findings of a run in a <see cref="LoadDocument"/>.</summary>
internal sealed record QualityDocument(
    int Schema,
    string Zone,
    DateTimeOffset? From,
    DateTimeOffset? To,
    int Series,
    string? Worst,
    bool MemoryLimited,
    string Detail,
    long FilesNotJudged,
    long SeriesNotJudged,
    IReadOnlyList<QualityCheckDocument> Checks,
    IReadOnlyList<QualityFindingDocument> Findings,
    IReadOnlyList<QualitySeriesDocument> PerSeries,
    QualityTruncatedDocument Truncated)
{
    private const int CurrentSchema = 1;

    public static QualityDocument Create(QualityReport report) => new(
        CurrentSchema,
        string.Join(", ", report.Zones),
        report.From,
        report.To,
        report.SeriesCount,
        report.Worst == QualitySeverity.Off ? null : report.Worst.ToName(),
        report.Detail != QualityDetail.Full,
        report.Detail switch
        {
            QualityDetail.Full => "full",
            QualityDetail.Days => "days",
            _ => "totals",
        },
        report.FilesNotJudged,
        report.SeriesNotJudged,
        [.. report.Checks.Select(check => new QualityCheckDocument(
            check.Check.ToName(), check.Severity.ToName(), check.Series, check.Count))],
        [.. report.Findings.Select(QualityFindingDocument.Create)],
        [.. report.Series.Select(QualitySeriesDocument.From)],
        new QualityTruncatedDocument(report.TruncatedFindings, report.TruncatedSeries));

    /// <summary>Returns the dimensions of a series by the names of their columns.</summary>
    public static IReadOnlyDictionary<string, string> DimensionsOf(QualitySeries series) => new Dictionary<string, string>
    {
        [ColumnNames.Region] = series.Region,
        [ColumnNames.DatasetType] = series.Dataset.Name,
        [series.Dataset.SubjectColumn] = series.Subject,
        [ColumnNames.MeasurementType] = series.MeasurementType,
    };
}

/// <summary>The sums of one check and severity.</summary>
internal sealed record QualityCheckDocument(string Check, string Severity, int Series, long Count);

/// <summary>One finding.</summary>
internal sealed record QualityFindingDocument(
    string Check,
    string Severity,
    string? File,
    IReadOnlyDictionary<string, string>? Series,
    DateTimeOffset? From,
    DateTimeOffset? To,
    long Count,
    double? Expected,
    double? Observed,
    IReadOnlyList<QualityExample> Examples,
    string Message)
{
    public static QualityFindingDocument Create(QualityFinding finding) => new(
        finding.Check.ToName(),
        finding.Severity.ToName(),
        finding.File,
        finding.Series is { } series ? QualityDocument.DimensionsOf(series) : null,
        finding.From,
        finding.To,
        finding.Count,
        Finite(finding.Expected),
        Finite(finding.Observed),
        finding.Examples,
        finding.Message);

    /// <summary>JSON has no infinite numbers; differences of the largest doubles are.</summary>
    private static double? Finite(double? number) => number is { } value && double.IsFinite(value) ? value : null;
}

/// <summary>One series.</summary>
internal sealed record QualitySeriesDocument(
    IReadOnlyDictionary<string, string> Series,
    string? Step,
    long Rows,
    long? Expected,
    double? Coverage,
    double Min,
    double? Median,
    double Max)
{
    public static QualitySeriesDocument From(SeriesSummary summary) => new(
        QualityDocument.DimensionsOf(summary.Series),
        summary.Step is { } step ? XmlConvert.ToString(step) : null,
        summary.Rows,
        summary.Expected,
        summary.Coverage,
        summary.Min,
        summary.Median is { } median && double.IsFinite(median) ? median : null,
        summary.Max);
}

/// <summary>How many findings and series are not listed.</summary>
internal sealed record QualityTruncatedDocument(long Findings, long Series);
