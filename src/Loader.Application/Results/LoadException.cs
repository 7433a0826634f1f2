using Loader.Domain;

namespace Loader.Application.Results;

/// <summary>A load that cannot go on. Misuse throws plain argument exceptions instead, and a bad row is a verdict, never an exception.</summary>
/// <remarks>
/// The simple names of the derived classes are a contract: state machines match on them, so they are never renamed. Messages name the file and what
/// can be done; they hold no credentials, no headers and no cell values.
/// </remarks>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public abstract class LoadException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets a value indicating whether the same load may succeed when it is run again without any change.</summary>
    public abstract bool IsTransient { get; }

    /// <summary>Gets what was done before the failure, once the use case knows it.</summary>
    public LoadReport? Report { get; internal set; }

    /// <summary>Gets the file, where the failure is about one.</summary>
    public SourceFile? File { get; init; }
}
