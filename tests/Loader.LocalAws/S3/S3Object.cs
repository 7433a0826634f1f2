using System.Globalization;
using System.Security.Cryptography;

namespace Loader.LocalAws.S3;

/// <summary>One version of an object. Its bytes are in memory or in a file; they never change.</summary>
public sealed class S3Object
{
    /// <summary>Gets the key, decoded.</summary>
    public required string Key { get; init; }

    /// <summary>Gets the version id; <c>null</c> (the word) in a bucket without versions.</summary>
    public required string VersionId { get; init; }

    /// <summary>Gets the ETag with its quotes.</summary>
    public required string ETag { get; init; }

    /// <summary>Gets the time of the upload in whole seconds, as S3 reports it.</summary>
    public required DateTimeOffset LastModified { get; init; }

    /// <summary>Gets the length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Gets a value indicating whether this version is a delete marker.</summary>
    public bool IsDeleteMarker { get; init; }

    /// <summary>Gets the content, read from the file if the object is backed by one.</summary>
    public byte[] Content => File is null ? Bytes.ToArray() : System.IO.File.ReadAllBytes(File);

    internal ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The parts of a multipart upload; otherwise empty.</summary>
    internal IReadOnlyList<S3Part> Parts { get; init; } = [];

    /// <summary>The checksum of the upload. S3 computes one if the client sent none. A file has none, as if it were an old object.</summary>
    internal Checksum? Checksum => GivenChecksum ?? (File is null && !IsDeleteMarker ? Checksum.Of(ChecksumAlgorithm.Default, Bytes.Span) : null);

    internal Checksum? GivenChecksum { get; init; }

    internal string? File { get; init; }

    /// <summary>The Content-Type and x-amz-meta-* headers to return.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    internal static S3Object FromBytes(
        string key, string versionId, ReadOnlyMemory<byte> bytes, DateTimeOffset lastModified, IReadOnlyList<KeyValuePair<string, string>>? metadata = null, Checksum? checksum = null) => new()
        {
            Key = key,
            VersionId = versionId,
            ETag = Quote(Md5(bytes.Span)),
            LastModified = WholeSeconds(lastModified),
            Length = bytes.Length,
            Bytes = bytes,
            Metadata = metadata ?? [],
            GivenChecksum = checksum,
        };

    internal static S3Object FromParts(
        string key, string versionId, CompletedUpload upload, DateTimeOffset lastModified, IReadOnlyList<KeyValuePair<string, string>> metadata) => new()
        {
            Key = key,
            VersionId = versionId,
            ETag = upload.ETag,
            LastModified = WholeSeconds(lastModified),
            Length = upload.Content.Length,
            Bytes = upload.Content,
            Metadata = metadata,
            Parts = upload.Parts,
            GivenChecksum = upload.Checksum,
        };

    /// <summary>An object backed by a file. Like that of a multipart upload, its ETag is not the MD5: it is built from the file's length and time.</summary>
    internal static S3Object FromFile(string key, string versionId, FileInfo file) => new()
    {
        Key = key,
        VersionId = versionId,
        ETag = Quote(Md5(System.Text.Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{key}|{file.Length}|{file.LastWriteTimeUtc.Ticks}"))) + "-1"),
        LastModified = WholeSeconds(new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)),
        Length = file.Length,
        File = file.FullName,
    };

    internal static S3Object DeleteMarker(string key, string versionId, DateTimeOffset lastModified) => new()
    {
        Key = key,
        VersionId = versionId,
        ETag = string.Empty,
        LastModified = WholeSeconds(lastModified),
        Length = 0,
        IsDeleteMarker = true,
    };

    internal static string Quote(string text) => $"\"{text}\"";

#pragma warning disable CA5351 // S3's ETag of a plain upload is the MD5 of its content.
    internal static string Md5(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
