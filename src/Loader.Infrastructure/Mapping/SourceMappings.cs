using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Text;

namespace Loader.Infrastructure.Mapping;

/// <summary>The mappings of all source files. The first one whose keys match a file counts; a file without one is read as it is.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class SourceMappings
{
    /// <summary>The maximum size of a file of mappings in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxMappings = 1_000;

    /// <summary>Every pattern is compiled.</summary>
    private const int MaxKeys = 1_000;

    /// <summary>Further faults are only counted, so that a message stays readable whatever the file holds.</summary>
    private const int MaxFaults = 100;

    private readonly Entry[] _entries;

    /// <summary>Initializes a new instance of the <see cref="SourceMappings"/> class.</summary>
    /// <param name="mappings">The mappings, in the order in which they are tried.</param>
    /// <exception cref="ConfigurationException">A mapping is wrong. The message lists every fault.</exception>
    public SourceMappings(params IReadOnlyList<SourceMapping> mappings)
        : this(mappings, "The mapping is wrong")
    {
    }

    private SourceMappings() => _entries = [];

    private SourceMappings(IReadOnlyList<SourceMapping> mappings, string problem)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        int keys = mappings.Sum(mapping => mapping.Keys.Count);
        string[] faults =
        [
            .. mappings.Count > MaxMappings ? [$"has {mappings.Count} mappings; allowed are {MaxMappings}"] : Array.Empty<string>(),
            .. keys > MaxKeys ? [$"has {keys} keys in all mappings; allowed are {MaxKeys}"] : Array.Empty<string>(),
            .. mappings.SelectMany(MappingValidator.FindFaults),
        ];
        ThrowIfAny(problem, faults);
        _entries = [.. mappings.Select(mapping => new Entry(
            mapping,
            [.. mapping.Keys.Select(key => new KeyPattern(key))],
            new AppliedMapping(mapping.Name, MappingWriter.Hash(mapping))
            {
                AllowsEmpty = mapping.AllowEmpty,
                KeepsLastDuplicate = mapping.KeepsLastDuplicate,
                Quality = mapping.Quality,
            }))];
    }

    /// <summary>Gets an instance that maps no file.</summary>
    public static SourceMappings None { get; } = new();

    /// <summary>Gets the mappings.</summary>
    public IReadOnlyList<SourceMapping> All => [.. _entries.Select(entry => entry.Mapping)];

    /// <summary>Reads mappings from JSON.</summary>
    /// <param name="json">
    /// One mapping, a list of mappings, or an object with the list as its member <c>mappings</c>, in UTF-8, at most <see cref="MaxBytes"/>.
    /// Comments are allowed.
    /// </param>
    /// <param name="name">The name of the file, for messages.</param>
    /// <returns>The mappings.</returns>
    /// <exception cref="ConfigurationException">The JSON or a mapping is wrong. The message lists every fault.</exception>
    public static SourceMappings Parse(ReadOnlyMemory<byte> json, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string problem = $"The mapping {name} is wrong";
        if (json.Length > MaxBytes)
        {
            throw new ConfigurationException(PlainText.Escape($"{problem}: it has more than {MaxBytes} bytes."));
        }

        (IReadOnlyList<SourceMapping> mappings, IReadOnlyList<string> faults) = MappingReader.Read(json);
        ThrowIfAny(problem, faults.Count == 0 ? [] : [.. faults, .. mappings.SelectMany(MappingValidator.FindFaults).Except(faults)]);
        return new SourceMappings(mappings, problem);
    }

    /// <summary>Returns the SHA-256 of a mapping: <see cref="AppliedMapping.Sha256"/>.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <returns>64 hex digits in lower case.</returns>
    public static string HashOf(SourceMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        return MappingWriter.Hash(mapping);
    }

    /// <summary>Finds the identity of the mapping of a file.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The identity, or <see langword="null"/> if the file is read as it is.</returns>
    public AppliedMapping? FindIdentity(SourceFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Find(file)?.Identity;
    }

    /// <summary>Finds the mapping of a file.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The mapping, or <see langword="null"/> if the file is read as it is.</returns>
    internal Entry? Find(SourceFile file)
    {
        string key = file.PartitionPath;
        foreach (Entry entry in _entries)
        {
            if (entry.Keys.Count == 0 || entry.Keys.Any(pattern => pattern.Matches(key)))
            {
                return entry;
            }
        }

        return null;
    }

    private static void ThrowIfAny(string problem, string[] faults)
    {
        if (faults.Length > MaxFaults)
        {
            faults = [.. faults[..MaxFaults], $"{faults.Length - MaxFaults} more faults"];
        }

        if (faults.Length > 0)
        {
            throw new ConfigurationException(PlainText.Escape($"{problem}: {string.Join("; ", faults)}."))
            {
                Faults = [.. faults.Select(PlainText.Escape)],
            };
        }
    }

    /// <summary>A mapping with what is derived from it once.</summary>
    internal sealed record Entry(SourceMapping Mapping, IReadOnlyList<KeyPattern> Keys, AppliedMapping Identity);
}
