namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>A draft of a mapping for one file.</summary>
/// <param name="Json">
/// The draft in UTF-8. What it leaves open has a placeholder that no mapping may have, so that it cannot be loaded with by mistake.
/// </param>
/// <param name="Questions">What a person must decide, each with the member that it belongs to, as plain text.</param>
/// <param name="Notes">What the draft takes for granted or leaves out, as plain text.</param>
public sealed record MappingSuggestion(ReadOnlyMemory<byte> Json, IReadOnlyList<string> Questions, IReadOnlyList<string> Notes);
