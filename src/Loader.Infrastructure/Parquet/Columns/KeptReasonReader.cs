using Loader.Domain;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>
/// Reads the reasons in a file of rejected rows, and marks the rows whose local time says nothing without an offset. The zone in which the
/// file is loaded again cannot judge them: it may be another one than that of the first load.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
internal sealed class KeptReasonReader(SchemaColumn column, ColumnBuffers buffers)
{
    private readonly ByteArrayColumnReader _reader = new(column.Element, buffers.Pages);

    /// <summary>Reads the reasons of one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="times">Receives the marks; <see cref="DecodedTimes.Begin"/> has been called for the row group.</param>
    /// <param name="cancellationToken">Cancels the operation between two pages.</param>
    public void Read(ColumnChunk chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        Span<RejectionReason> reasons = times.BeginMissingOffsets();
        _reader.Open(chunk);
        while (_reader.TryReadPage(out ByteArrayPage page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ByteArrayList texts = page.UsesDictionary ? _reader.Dictionary : page.Values;
            int next = 0;
            for (int row = 0; row < page.RowCount; row++)
            {
                if (!page.DefinitionLevels.IsEmpty && page.DefinitionLevels[row] == 0)
                {
                    continue;
                }

                int entry = !page.UsesDictionary ? next : page.Indexes.IsEmpty ? page.RepeatedIndex : page.Indexes[next];
                reasons[page.FirstRow + row] = Parse(texts[entry]);
                next++;
            }
        }
    }

    private static RejectionReason Parse(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("AmbiguousLocalTime"u8) ? RejectionReason.AmbiguousLocalTime
        : text.SequenceEqual("NonexistentLocalTime"u8) ? RejectionReason.NonexistentLocalTime
        : RejectionReason.None;
}
