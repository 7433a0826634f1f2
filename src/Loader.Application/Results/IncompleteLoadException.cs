namespace Loader.Application.Results;

/// <summary>
/// The load was stopped (deadline, first Ctrl-C) or cannot finish now, and everything that it reports is settled. <see cref="Resume"/> goes on from there.
/// </summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="resume">Where to go on; <see langword="null"/> where the load was not even begun.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class IncompleteLoadException(string message, ResumeToken? resume, Exception? innerException = null)
    : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;

    /// <summary>Gets the token with which the next load goes on, or <see langword="null"/> where nothing was begun and the next load begins anew.</summary>
    public ResumeToken? Resume { get; } = resume;
}
