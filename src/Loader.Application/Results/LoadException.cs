using Loader.Domain;

namespace Loader.Application.Results;

/// <summary>
/// A load that cannot go on. Misuse throws argument exceptions instead, and an invalid row gets a verdict instead of an exception.
/// </summary>
/// <remarks>
/// The simple names of the derived classes are a contract, because state machines match on them: do not rename them. Messages name the file
/// and the remedy. They contain no credentials, headers or cell values.
/// </remarks>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public abstract class LoadException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets a value indicating whether the same load may succeed if it is run again without any change.</summary>
    public abstract bool IsTransient { get; }

    /// <summary>Gets the report of the load, or <see langword="null"/> before <see cref="LoadParquetFile"/> throws.</summary>
    public LoadReport? Report { get; internal set; }

    /// <summary>Gets the file, if the failure concerns one.</summary>
    public SourceFile? File { get; init; }
}

/// <summary>
/// The caller cancelled the load, including row groups in flight. Unlike other failures, it is an <see cref="OperationCanceledException"/>.
/// </summary>
/// <param name="report">The report of what was done before.</param>
/// <param name="cancellationToken">The token that was cancelled.</param>
public sealed class LoadCanceledException(LoadReport report, CancellationToken cancellationToken)
    : OperationCanceledException("The load was cancelled.", cancellationToken)
{
    /// <summary>Gets the report of what was done before the load was cancelled.</summary>
    public LoadReport Report { get; } = report;
}
