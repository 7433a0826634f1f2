using Loader.LocalAws.Timestream;

namespace Loader.LocalAws;

/// <summary>The settings of a <see cref="LocalAwsServer"/>. The defaults suit a test.</summary>
public sealed class LocalAwsOptions
{
    /// <summary>Gets the loopback port to listen on. Default 0: any free port.</summary>
    public int Port { get; init; }

    /// <summary>Gets the number of additional loopback ports, each of them a separate Timestream cell. Default 0: the endpoint is the cell.</summary>
    public int ExtraCells { get; init; }

    /// <summary>Gets the clock of every service: retention windows, Last-Modified, Date headers, delays.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets the region of ARNs and of the credential scope that Timestream and CloudWatch accept.</summary>
    public string Region { get; init; } = "eu-west-1";

    /// <summary>Gets the account of ARNs.</summary>
    public string AccountId { get; init; } = "123456789012";

    /// <summary>
    /// Gets a value indicating whether WriteRecords responds immediately and neither validates, stores nor logs the records.
    /// Faults still apply. For benchmarks.
    /// </summary>
    public bool DiscardWrites { get; init; }

    /// <summary>Gets a value indicating whether requests are kept for <see cref="LocalAwsServer.Requests"/>. They are counted in any case.</summary>
    public bool KeepRequests { get; init; } = true;

    /// <summary>Gets a value indicating whether kept requests include their bodies. Default false.</summary>
    public bool KeepBodies { get; init; }

    /// <summary>Gets the delay of every response, measured by <see cref="TimeProvider"/>. Default zero.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Gets the settings of tables that are created without settings.</summary>
    public TableSettings DefaultTable { get; init; } = new();

    /// <summary>
    /// Gets a value indicating whether Timestream calls must go to the cell that DescribeEndpoints names. Default false, as for a
    /// client with a custom endpoint.
    /// </summary>
    public bool RequireDiscovery { get; init; }

    /// <summary>Gets a value indicating whether the request limits of the Timestream control plane apply (1/s, describes 5/s).</summary>
    public bool LimitControlPlane { get; init; }

    /// <summary>Gets the maximum difference between <c>x-amz-date</c> and <see cref="TimeProvider"/>. Default null: not checked.</summary>
    public TimeSpan? ClockTolerance { get; init; }

    /// <summary>
    /// Gets a value indicating whether signatures of S3, Timestream and CloudWatch calls are verified against the keys of
    /// <see cref="LocalAwsServer.Environment"/>. Default false: only the credential scope is checked.
    /// </summary>
    public bool VerifySignatures { get; init; }
}
