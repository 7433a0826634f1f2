namespace Loader.LocalAws.S3;

/// <summary>A part of an object that was uploaded in parts.</summary>
/// <param name="Number">The part's number, from 1; numbers can have gaps.</param>
/// <param name="Offset">Where the part begins in the object.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="Checksum">The part's checksum.</param>
internal sealed record S3Part(int Number, long Offset, long Length, Checksum? Checksum);
