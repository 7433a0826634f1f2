using Loader.Application;
using Loader.DuckDb;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Timestream;

namespace Loader.Tests.Configuration;

/// <summary>Every rule of the options, at both sides of its limits.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class OptionFaultsTests
{
    private static readonly TestCaseData[] Allowed =
    [
        new(new LoadOptions().FindFaults()),
        new(new LoadOptions { FilesInFlight = 1, RowGroupsInFlight = 1, MaxInvalidPercent = 0, MemoryLimitBytes = 1, DeadlineGrace = TimeSpan.Zero }.FindFaults()),
        new(new LoadOptions { FilesInFlight = 64, RowGroupsInFlight = 64, MaxInvalidPercent = 100 }.FindFaults()),
        new(new SourceOptions().FindFaults()),
        new(new SourceOptions { TimeZone = "America/Sao_Paulo", Int96Time = Int96Time.Local, Prefix = "processed/", SeriesMemoryBytes = 1 }.FindFaults()),
        new(new MetricsOptions().FindFaults()),
        new(new MetricsOptions { Namespace = new string('~', 255) }.FindFaults()),
        new(new MetricsOptions { Namespace = "AWS" }.FindFaults()),
        new(Timestream(_ => { }).FindFaults()),
        new(Timestream(o => o.DatabaseName = "a-1").FindFaults()),
        new(Timestream(o => o.DatabaseName = new string('_', 256)).FindFaults()),
        new(Timestream(o => (o.MaxBatchSize, o.MaxRetries, o.MaxConcurrency, o.ThrottleBudget) = (1, 0, 1, TimeSpan.Zero)).FindFaults()),
        new(Timestream(o => (o.MaxRetries, o.MaxConcurrency) = (100, 256)).FindFaults()),
        new(new DuckDbOptions { Path = "x.duckdb" }.FindFaults()),
    ];

    private static readonly TestCaseData[] Refused =
    [
        new(new LoadOptions { FilesInFlight = 0 }.FindFaults(), "FILES_IN_FLIGHT is 0;"),
        new(new LoadOptions { FilesInFlight = 65 }.FindFaults(), "FILES_IN_FLIGHT is 65;"),
        new(new LoadOptions { RowGroupsInFlight = 0 }.FindFaults(), "ROW_GROUPS_IN_FLIGHT is 0;"),
        new(new LoadOptions { RowGroupsInFlight = 65 }.FindFaults(), "ROW_GROUPS_IN_FLIGHT is 65;"),
        new(new LoadOptions { MaxInvalidPercent = -0.5 }.FindFaults(), "MAX_INVALID_PERCENT is -0.5;"),
        new(new LoadOptions { MaxInvalidPercent = 100.1 }.FindFaults(), "MAX_INVALID_PERCENT is 100.1;"),
        new(new LoadOptions { MaxInvalidPercent = double.NaN }.FindFaults(), "MAX_INVALID_PERCENT is NaN;"),
        new(new LoadOptions { MemoryLimitBytes = 0 }.FindFaults(), "MemoryLimitBytes is 0;"),
        new(new LoadOptions { DeadlineGrace = TimeSpan.FromSeconds(-1) }.FindFaults(), "DeadlineGrace is -00:00:01;"),
        new(new SourceOptions { TimeZone = "Mars" }.FindFaults(), "SOURCE_TIME_ZONE is 'Mars', which"),
        new(new SourceOptions { TimeZone = "" }.FindFaults(), "SOURCE_TIME_ZONE is '', which"),
        new(new SourceOptions { Int96Time = (Int96Time)7 }.FindFaults(), "INT96_TIME is '7';"),
        new(new SourceOptions { Prefix = "processed" }.FindFaults(), "SOURCE_PREFIX is 'processed';"),
        new(new SourceOptions { Prefix = "/processed/" }.FindFaults(), "SOURCE_PREFIX is '/processed/';"),
        new(new SourceOptions { Prefix = "s3://b/processed/" }.FindFaults(), "SOURCE_PREFIX is 's3://b/processed/';"),
        new(new SourceOptions { SeriesMemoryBytes = 0 }.FindFaults(), "SeriesMemoryBytes is 0;"),
        new(new MetricsOptions { Namespace = "" }.FindFaults(), "METRICS_NAMESPACE is '';"),
        new(new MetricsOptions { Namespace = "AWS/Lambda" }.FindFaults(), "METRICS_NAMESPACE is 'AWS/Lambda';"),
        new(new MetricsOptions { Namespace = ":x" }.FindFaults(), "METRICS_NAMESPACE is ':x';"),
        new(new MetricsOptions { Namespace = "a b" }.FindFaults(), "METRICS_NAMESPACE is 'a b';"),
        new(new MetricsOptions { Namespace = "café" }.FindFaults(), "METRICS_NAMESPACE is 'café';"),
        new(new MetricsOptions { Namespace = new string('x', 256) }.FindFaults(), $"METRICS_NAMESPACE is '{new string('x', 256)}';"),
        new(Timestream(o => o.DatabaseName = " ").FindFaults(), "TIMESTREAM_DATABASE_NAME is not set;"),
        new(Timestream(o => o.GenerationTableName = "").FindFaults(), "GENERATION_TABLE_NAME is not set;"),
        new(Timestream(o => o.ConsumptionTableName = "ab").FindFaults(), "CONSUMPTION_TABLE_NAME is 'ab';"),
        new(Timestream(o => o.TransmissionTableName = "a table").FindFaults(), "TRANSMISSION_TABLE_NAME is 'a table';"),
        new(Timestream(o => o.DatabaseName = new string('x', 257)).FindFaults(), $"TIMESTREAM_DATABASE_NAME is '{new string('x', 257)}';"),
        new(Timestream(o => o.DatabaseName = "energy\n").FindFaults(), "TIMESTREAM_DATABASE_NAME is 'energy\n';"),
        new(Timestream(o => o.MaxBatchSize = 0).FindFaults(), "MAX_BATCH_SIZE is 0;"),
        new(Timestream(o => o.MaxBatchSize = 101).FindFaults(), "MAX_BATCH_SIZE is 101;"),
        new(Timestream(o => o.MaxBatchSize = 1000).FindFaults(), "MAX_BATCH_SIZE is 1000, the default of the previous loader."),
        new(Timestream(o => o.MaxRetries = -1).FindFaults(), "MAX_RETRIES is -1;"),
        new(Timestream(o => o.MaxRetries = 101).FindFaults(), "MAX_RETRIES is 101;"),
        new(Timestream(o => o.MaxConcurrency = 0).FindFaults(), "MAX_CONCURRENCY is 0;"),
        new(Timestream(o => o.MaxConcurrency = 257).FindFaults(), "MAX_CONCURRENCY is 257;"),
        new(Timestream(o => o.ThrottleBudget = TimeSpan.FromTicks(-1)).FindFaults(), "ThrottleBudget is -00:00:00.0000001;"),
        new(Timestream(o => o.RequestTimeout = TimeSpan.Zero).FindFaults(), "RequestTimeout is 00:00:00;"),
        new(new DuckDbOptions { Path = " " }.FindFaults(), "DuckDbOptions.Path is not set;"),
    ];

    [TestCaseSource(nameof(Allowed))]
    public void Allowed_values_have_no_fault(IEnumerable<string> faults) => Assert.That(faults, Is.Empty);

    [TestCaseSource(nameof(Refused))]
    public void A_wrong_value_is_the_only_fault(IEnumerable<string> faults, string start) =>
        Assert.That(faults.Single(), Does.StartWith(start));

    private static TimestreamOptions Timestream(Action<TimestreamOptions> change)
    {
        var options = new TimestreamOptions
        {
            DatabaseName = "energy",
            GenerationTableName = "generation",
            ConsumptionTableName = "consumption",
            TransmissionTableName = "transmission",
        };
        change(options);
        return options;
    }
}
