using System.Security.Cryptography;

namespace Loader.LocalAws.S3;

/// <summary>A checksum that uploads can carry (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).</summary>
/// <param name="Name">The name in listings and in <c>x-amz-checksum-algorithm</c>.</param>
/// <param name="Bytes">The length of a checksum.</param>
/// <param name="Hash">Computes a checksum.</param>
internal sealed record ChecksumAlgorithm(string Name, int Bytes, Func<ReadOnlySpan<byte>, byte[]> Hash)
{
#pragma warning disable CA5350, CA5351 // S3 offers these checksums; they protect against transport errors only.
    private static readonly ChecksumAlgorithm[] All =
    [
        new("CRC32", 4, new ReflectedCrc(32, 0xEDB88320).Hash),
        new("CRC32C", 4, new ReflectedCrc(32, 0x82F63B78).Hash),
        new("CRC64NVME", 8, new ReflectedCrc(64, 0x9A6C9329AC4BC9B5).Hash),
        new("SHA1", 20, static bytes => SHA1.HashData(bytes)),
        new("SHA256", 32, static bytes => SHA256.HashData(bytes)),
    ];
#pragma warning restore CA5350, CA5351

    /// <summary>Gets the algorithm of objects whose uploads named none.</summary>
    public static ChecksumAlgorithm Default { get; } = All[2];

    /// <summary>Gets the header of requests and responses.</summary>
    public string Header { get; } = HeaderPrefix + Name.ToLowerInvariant();

    /// <summary>Gets the element of XML documents.</summary>
    public string Element { get; } = "Checksum" + Name;

    /// <summary>Gets whether the checksum of a multipart upload is that of its content unless the upload says otherwise, and not that of its parts' checksums.</summary>
    public bool IsOfFullObject => Name is "CRC64NVME";

    private static string HeaderPrefix => "x-amz-checksum-";

    /// <summary>The algorithm with this name or header. Throws if S3 or this server has none.</summary>
    public static ChecksumAlgorithm Parse(string nameOrHeader)
    {
        var name = nameOrHeader.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase) ? nameOrHeader[HeaderPrefix.Length..] : nameOrHeader;
        return Array.Find(All, algorithm => string.Equals(algorithm.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw S3Error.InvalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
    }

    /// <summary>Whether a header has a checksum, and not how checksums are made.</summary>
    public static bool IsChecksumHeader(string name) =>
        name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase)
        && !name.Equals("x-amz-checksum-algorithm", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("x-amz-checksum-type", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("x-amz-checksum-mode", StringComparison.OrdinalIgnoreCase);
}
