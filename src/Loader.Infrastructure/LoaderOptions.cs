using Loader.Application;
using Loader.Infrastructure.Aws;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.RejectedRows;
using Loader.Infrastructure.Timestream;

namespace Loader.Infrastructure;

/// <summary>All settings of the loader, each group where its reader is.</summary>
public sealed class LoaderOptions
{
    /// <summary>Gets how loads behave.</summary>
    public LoadOptions Load { get; } = new();

    /// <summary>Gets how source files are read.</summary>
    public SourceOptions Source { get; } = new();

    /// <summary>Gets where and how records are written.</summary>
    public TimestreamOptions Timestream { get; } = new();

    /// <summary>Gets where invalid and rejected rows are kept.</summary>
    public RejectedRowsOptions RejectedRows { get; } = new();

    /// <summary>Gets where metrics go.</summary>
    public MetricsOptions Metrics { get; } = new();

    /// <summary>Gets how AWS is reached, where that is not left to the environment and the profile.</summary>
    public AwsOptions Aws { get; } = new();

    /// <summary>Gets what could not even be read as a value; part of the one message about wrong settings.</summary>
    internal List<string> Faults { get; } = [];
}
