using System.Security.Cryptography;
using System.Text;

namespace Loader.Domain;

/// <summary>The place where the records of one dataset are stored, as far as it is known without changing it.</summary>
/// <param name="Sink">The kind of sink in lower-case letters, such as <c>timestream</c> or <c>duckdb</c>.</param>
/// <param name="Name">
/// The place as the settings name it. Two processes with the same settings give the same name; it may contain no secrets.
/// </param>
/// <param name="Identity">
/// What tells this place from one with the same name that existed before or exists elsewhere, or <see langword="null"/> if it is unknown or
/// the place does not exist yet. While it is unknown, no file counts as finished.
/// </param>
/// <param name="Limits">The known limits. Limits on times hold at the moment at which the destination was asked.</param>
public sealed record Destination(string Sink, string Name, string? Identity, DestinationLimits Limits)
{
    private const int KeyDigits = 12;

    /// <summary>Gets a value indicating whether rows are only judged and counted: nothing is stored.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>
    /// Gets a short text for paths: the sink, <c>-</c> and 12 hexadecimal digits of the SHA-256 of <see cref="Identity"/>, or of
    /// <see cref="Name"/> while the identity is unknown.
    /// </summary>
    public string Key =>
        $"{Sink}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Identity ?? Name)))[..KeyDigits]}";
}
