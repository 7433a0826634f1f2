using System.Collections.Concurrent;
using Loader.Application.Ports;
using Loader.Domain;

namespace Loader.Tests.Support;

/// <summary>A source of several scripted files; some cannot be opened.</summary>
internal sealed class ScriptedFolder : IParquetSource
{
    private readonly ConcurrentDictionary<SourceFile, Func<ScriptedFile>> _files = new();

    public ScriptedFolder Add(SourceFile file, ScriptedFile content) => Add(file, () => content);

    /// <summary>Adds a file that opening throws an exception for.</summary>
    public ScriptedFolder Add(SourceFile file, Exception failure) => Add(file, () => throw failure);

    public Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken) =>
        Task.FromResult<IParquetFile>(_files[file]());

    private ScriptedFolder Add(SourceFile file, Func<ScriptedFile> open)
    {
        _files[file] = open;
        return this;
    }
}
