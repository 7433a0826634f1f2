using Loader.LocalAws.Timestream;

namespace Loader.LocalAws;

/// <summary>How a <see cref="LocalAwsServer"/> behaves. Every value has a default that suits a test.</summary>
public sealed class LocalAwsOptions
{
    /// <summary>Gets the loopback port to listen on. Default 0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>Gets the number of further loopback ports, each one a Timestream cell of its own. Default 0: the endpoint is the cell.</summary>
    public int ExtraCells { get; init; }

    /// <summary>Gets the clock of every service: retention windows, Last-Modified, Date headers, delays.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets the region of ARNs and of the credential scope that Timestream and CloudWatch accept.</summary>
    public string Region { get; init; } = "eu-west-1";

    /// <summary>Gets the account of ARNs.</summary>
    public string AccountId { get; init; } = "123456789012";

    /// <summary>
    /// Gets a value indicating whether WriteRecords answers at once without reading what it got: nothing is judged, stored or recorded.
    /// Faults still apply. For benchmarks.
    /// </summary>
    public bool DiscardWrites { get; init; }

    /// <summary>Gets a value indicating whether requests are kept for <see cref="LocalAwsServer.Requests"/>. Counting goes on without.</summary>
    public bool KeepRequests { get; init; } = true;

    /// <summary>Gets a value indicating whether kept requests include their bodies. Default false.</summary>
    public bool KeepBodies { get; init; }

    /// <summary>Gets the time added to every answer, by <see cref="TimeProvider"/>. Default zero.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Gets the settings of tables that are made without any.</summary>
    public TableSettings DefaultTable { get; init; } = new();

    /// <summary>
    /// Gets a value indicating whether Timestream calls must go to the cell that DescribeEndpoints names. Default false, which is how a
    /// client with a custom endpoint works.
    /// </summary>
    public bool RequireDiscovery { get; init; }

    /// <summary>Gets a value indicating whether the request limits of the Timestream control plane apply (1/s, describes 5/s).</summary>
    public bool LimitControlPlane { get; init; }

    /// <summary>Gets how far <c>x-amz-date</c> may be from <see cref="TimeProvider"/>. Default null: not checked.</summary>
    public TimeSpan? ClockTolerance { get; init; }

    /// <summary>
    /// Gets a value indicating whether signatures of S3, Timestream and CloudWatch calls are verified against the keys of
    /// <see cref="LocalAwsServer.Environment"/>. Default false: only the credential scope is looked at.
    /// </summary>
    public bool VerifySignatures { get; init; }
}
