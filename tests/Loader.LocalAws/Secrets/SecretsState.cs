using System.Collections.Concurrent;

namespace Loader.LocalAws.Secrets;

/// <summary>The secrets of Secrets Manager, by ARN. Tests read and change them while the server runs.</summary>
public sealed class SecretsState
{
    private readonly ConcurrentDictionary<string, string> _secrets = new(StringComparer.Ordinal);

    /// <summary>Gets or sets the text of a secret. Reading one that does not exist throws <see cref="KeyNotFoundException"/>.</summary>
    public string this[string arn]
    {
        get => _secrets[arn];
        set => _secrets[arn] = value;
    }

    internal string? Find(string arn) => _secrets.GetValueOrDefault(arn);
}
