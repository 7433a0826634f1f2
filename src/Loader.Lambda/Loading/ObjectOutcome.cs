using System.Runtime.ExceptionServices;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Lambda.Loading;

/// <summary>What became of one object of an event: exactly one of <see cref="Report"/>, <see cref="Skipped"/> and <see cref="Failure"/> is there.</summary>
/// <param name="File">The object.</param>
internal sealed record ObjectOutcome(SourceFile File)
{
    /// <summary>Gets the report of a load that succeeded.</summary>
    public LoadReport? Report { get; init; }

    /// <summary>Gets why the object was passed by.</summary>
    public string? Skipped { get; init; }

    /// <summary>Gets why the load failed: a <see cref="Application.Results.LoadException"/>, or anything else for a defect.</summary>
    public ExceptionDispatchInfo? Failure { get; init; }
}
