using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Cli.Loading;

/// <summary>How the load of one file ended.</summary>
/// <param name="Name">The file's name, or the source as the user wrote it where it could not be listed.</param>
internal sealed record FileResult(string Name)
{
    /// <summary>Gets the report, or <see langword="null"/> when nothing was begun.</summary>
    public LoadReport? Report { get; init; }

    /// <summary>Gets how the load ended.</summary>
    public LoadStatus Status { get; init; }

    /// <summary>Gets what went wrong, or <see langword="null"/> when nothing did.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Gets a value indicating whether the user named this very file, and not a folder or prefix that holds it.</summary>
    public bool WasNamed { get; init; }

    /// <summary>Gets what became of the rows.</summary>
    public Ledger Ledger => Report?.Ledger ?? default;

    /// <summary>Gets the dataset, where it is known.</summary>
    public DatasetType? Dataset => Report?.Dataset;
}
