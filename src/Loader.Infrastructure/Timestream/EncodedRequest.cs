namespace Loader.Infrastructure.Timestream;

/// <summary>The body of one WriteRecords request.</summary>
/// <param name="Body">The body; it lives in the encoder's buffer until the next call.</param>
/// <param name="WriteUnits">The write units that the service meters for it.</param>
/// <param name="WriteUnitsPlain">The write units that it would meter with nothing in common attributes.</param>
internal readonly record struct EncodedRequest(ReadOnlyMemory<byte> Body, long WriteUnits, long WriteUnitsPlain);
