using System.Security.Cryptography;
using System.Text;
using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>What the records of a load are made from.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Fingerprint">
/// The SHA-256 of the file's ETag, its mapping, its time rules and the dataset, 64 hex digits in lower case. If two loads have equal
/// fingerprints, the same row of the same row group gives the same record in both.
/// </param>
public sealed record RecordSource(DatasetType Dataset, string Fingerprint)
{
    /// <summary>Describes an open file.</summary>
    /// <param name="dataset">The dataset that it is loaded as.</param>
    /// <param name="file">The file.</param>
    /// <returns>The description.</returns>
    public static RecordSource Of(DatasetType dataset, IParquetFile file)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(file);

        // No part contains a null character, so that no two lists of parts give the same text.
        string parts = string.Join('\0', file.ETag, file.Mapping?.Sha256, file.TimeRules, dataset.Name);
        return new RecordSource(dataset, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts))));
    }
}
