using System.Runtime.ExceptionServices;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Lambda.Loading;

/// <summary>
/// The outcome of one object of an event: exactly one of <see cref="Report"/>, <see cref="SkipReason"/> and <see cref="Failure"/> is set.
/// </summary>
/// <param name="File">The object.</param>
internal sealed record ObjectOutcome(SourceFile File)
{
    /// <summary>Gets the report of a successful load.</summary>
    public LoadReport? Report { get; init; }

    /// <summary>Gets the reason why the object was skipped.</summary>
    public SkipReason? SkipReason { get; init; }

    /// <summary>Gets the exception of a failed load: a <see cref="LoadException"/>, or any other exception for a defect.</summary>
    public ExceptionDispatchInfo? Failure { get; init; }
}
