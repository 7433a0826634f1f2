using System.Numerics;
using System.Text;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Reads where the rows of a file of kept rows were first read, so that rows that are refused again keep it.</summary>
/// <param name="columns">The columns.</param>
/// <param name="buffers">The buffers of the file.</param>
internal sealed class OriginReader(OriginColumns columns, ColumnBuffers buffers)
{
    private readonly ByteArrayColumnReader _sources = new(columns.Source.Element, buffers.Pages);
    private byte[] _lastUtf8 = [];
    private string _last = "";

    /// <summary>Reads the names of the source files.</summary>
    /// <param name="chunk">The chunk of the column.</param>
    /// <param name="origins">Receives the names.</param>
    public void ReadSources(ColumnChunk chunk, RowOrigin[] origins)
    {
        _sources.Open(chunk);
        while (_sources.TryReadPage(out ByteArrayPage page))
        {
            ByteArrayList texts = page.UsesDictionary ? _sources.Dictionary : page.Values;
            int next = 0;
            for (int row = 0; row < page.RowCount; row++)
            {
                if (page.DefinitionLevels.IsEmpty || page.DefinitionLevels[row] != 0)
                {
                    int entry = !page.UsesDictionary ? next : page.Indexes.IsEmpty ? page.RepeatedIndex : page.Indexes[next];
                    origins[page.FirstRow + row] = origins[page.FirstRow + row] with { Source = Decode(texts[entry]) };
                    next++;
                }
            }
        }
    }

    /// <summary>Reads the indexes of the row groups.</summary>
    /// <param name="chunk">The chunk of the column.</param>
    /// <param name="origins">Receives the indexes.</param>
    public void ReadRowGroups(ColumnChunk chunk, RowOrigin[] origins) =>
        ReadIntegers(columns.RowGroup, chunk, origins, static (origin, number) => origin with { RowGroup = number });

    /// <summary>Reads the indexes of the rows.</summary>
    /// <param name="chunk">The chunk of the column.</param>
    /// <param name="origins">Receives the indexes.</param>
    public void ReadRows(ColumnChunk chunk, RowOrigin[] origins) =>
        ReadIntegers(columns.Row, chunk, origins, static (origin, number) => origin with { Row = number });

    private void ReadIntegers(SchemaColumn column, ColumnChunk chunk, RowOrigin[] origins, Func<RowOrigin, int, RowOrigin> set)
    {
        if (column.Element.Type == PhysicalType.Int32)
        {
            ReadIntegers(new NumberColumnReader<int>(column.Element, buffers.Pages), chunk, origins, set);
        }
        else
        {
            ReadIntegers(new NumberColumnReader<long>(column.Element, buffers.Pages), chunk, origins, set);
        }
    }

    private static void ReadIntegers<T>(
        NumberColumnReader<T> reader, ColumnChunk chunk, RowOrigin[] origins, Func<RowOrigin, int, RowOrigin> set)
        where T : unmanaged, IBinaryInteger<T>
    {
        reader.Open(chunk);
        while (reader.TryReadPage(out NumberPage<T> page))
        {
            int next = 0;
            for (int row = page.FirstRow; row < page.FirstRow + page.RowCount; row++)
            {
                if (page.DefinitionLevels.IsEmpty || page.DefinitionLevels[row - page.FirstRow] != 0)
                {
                    origins[row] = set(origins[row], int.CreateSaturating(page.Values[next++]));
                }
            }
        }
    }

    /// <summary>Decodes a name. Most files have one for all rows, so the last one is kept.</summary>
    private string Decode(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.SequenceEqual(_lastUtf8))
        {
            _lastUtf8 = utf8.ToArray();
            _last = Encoding.UTF8.GetString(utf8);
        }

        return _last;
    }
}
