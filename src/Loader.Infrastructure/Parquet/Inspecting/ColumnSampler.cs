using System.Globalization;
using System.Text;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Decoding;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Reading;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Inspecting;

/// <summary>Reads values of the first row group as texts, to show them.</summary>
/// <param name="source">The file, already open.</param>
/// <param name="layout">Its layout.</param>
internal sealed class ColumnSampler(RandomAccessFile source, FileLayout layout)
{
    /// <summary>The maximum length of a text. Longer ones are cut.</summary>
    private const int MaxLength = 200;

    /// <summary>The number of rows after which no more texts are looked for.</summary>
    private const long MaxRowsForTexts = 1_000_000;

    private const int JulianDayOfEpoch = 2_440_588;
    private const long MicrosecondsPerDay = 86_400_000_000;

    private readonly int _rowGroup = layout.Metadata.RowGroups.Index().FirstOrDefault(group => group.Item.RowCount > 0, (-1, null!)).Index;

    /// <summary>Reads the first rows.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="maxRows">The maximum number of rows.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The texts of each row, as the columns hold them; <see langword="null"/> for a null.</returns>
    public async Task<IReadOnlyList<InspectedRow>> ReadRowsAsync(
        IReadOnlyList<SchemaColumn> columns, int maxRows, CancellationToken cancellationToken)
    {
        if (_rowGroup < 0)
        {
            return [];
        }

        int count = (int)Math.Min(maxRows, layout.Metadata.RowGroups[_rowGroup].RowCount);
        Dictionary<string, string?>[] rows = [.. Enumerable.Range(0, count).Select(_ => new Dictionary<string, string?>())];
        using RowGroupBytes bytes = await layout.FetchAsync(source, _rowGroup, columns, cancellationToken).ConfigureAwait(false);
        foreach (SchemaColumn column in columns)
        {
            using var buffers = new PageBuffers();
            ColumnChunk chunk = layout.OpenChunk(_rowGroup, column, bytes);
            List<string?> texts = ReadTexts(column.Element, chunk, buffers, count);
            for (int row = 0; row < texts.Count; row++)
            {
                rows[row][column.Name] = texts[row];
            }
        }

        return [.. rows.Select((texts, row) => new InspectedRow(row, texts))];
    }

    /// <summary>Reads the distinct texts of a column.</summary>
    /// <param name="column">The column, which holds text.</param>
    /// <param name="maxTexts">The maximum number of texts.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The texts; none if the column is too large or cannot be read.</returns>
    public async Task<IReadOnlyList<string>> ReadDistinctAsync(SchemaColumn column, int maxTexts, CancellationToken cancellationToken)
    {
        if (_rowGroup < 0
            || layout.Metadata.RowGroups[_rowGroup].Chunks[column.LeafIndex].CompressedSize > RowGroupMemory.MaxPrefetchBytes)
        {
            return [];
        }

        try
        {
            using RowGroupBytes bytes = await layout.FetchAsync(source, _rowGroup, [column], cancellationToken).ConfigureAwait(false);
            using var buffers = new PageBuffers();
            return ReadDistinct(column.Element, layout.OpenChunk(_rowGroup, column, bytes), buffers, maxTexts);
        }
        catch (Exception exception) when (ParquetErrors.IsCausedByContent(exception))
        {
            // A column that cannot be read has no texts to suggest anything from. A load that needs it says what is wrong.
            return [];
        }
    }

    private static List<string> ReadDistinct(SchemaElement column, ColumnChunk chunk, PageBuffers buffers, int maxTexts)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var texts = new List<string>();
        var reader = new ByteArrayColumnReader(column, buffers);
        reader.Open(chunk);
        Add(reader.Dictionary);
        long rows = 0;
        while (texts.Count < maxTexts && rows < MaxRowsForTexts && reader.TryReadPage(out ByteArrayPage page))
        {
            rows += page.RowCount;
            if (!page.UsesDictionary)
            {
                Add(page.Values);
            }
        }

        return texts;

        void Add(in ByteArrayList values)
        {
            for (int i = 0; i < values.Count && texts.Count < maxTexts; i++)
            {
                string text = ToText(values[i]);
                if (seen.Add(text))
                {
                    texts.Add(text);
                }
            }
        }
    }

    private static List<string?> ReadTexts(SchemaElement column, ColumnChunk chunk, PageBuffers buffers, int count)
    {
        LogicalType type = column.LogicalType;
        bool isUnsigned = type is { Kind: LogicalTypeKind.Integer, IsSigned: false };
        bool isDecimal = type.Kind == LogicalTypeKind.Decimal;
        switch (column.Type)
        {
            case PhysicalType.Double:
                return ReadNumbers<double>(column, chunk, buffers, count, Text);
            case PhysicalType.Float:
                return ReadNumbers<float>(column, chunk, buffers, count, value => value.ToString("R", CultureInfo.InvariantCulture));
            case PhysicalType.Int64 when type.Kind == LogicalTypeKind.Timestamp:
                TimeUnit unit = type.Unit switch
                {
                    TimestampUnit.Milliseconds => TimeUnit.Milliseconds,
                    TimestampUnit.Microseconds => TimeUnit.Microseconds,
                    _ => TimeUnit.Nanoseconds,
                };
                return ReadNumbers<long>(
                    column, chunk, buffers, count, value => IsoTime.Format(value, unit, type.IsAdjustedToUtc ? "Z" : ""));
            case PhysicalType.Int64:
                return ReadNumbers<long>(column, chunk, buffers, count, value => isDecimal ? Text(value, type.Scale)
                    : isUnsigned ? ((ulong)value).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture));
            case PhysicalType.Int32 when type.Kind == LogicalTypeKind.Date:
                return ReadNumbers<int>(column, chunk, buffers, count, days => Time(days, 0)[..^"T00:00:00".Length]);
            case PhysicalType.Int32:
                return ReadNumbers<int>(column, chunk, buffers, count, value => isDecimal ? Text(value, type.Scale)
                    : isUnsigned ? ((uint)value).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture));
            case PhysicalType.Int96:
                return ReadNumbers<Int96Timestamp>(
                    column, chunk, buffers, count, time => Time(time.JulianDay - (long)JulianDayOfEpoch, time.NanosecondsOfDay / 1_000));
            case PhysicalType.ByteArray or PhysicalType.FixedLenByteArray:
                bool isNumber = !ColumnTypes.IsText(column);
                ByteArrayConversion convert = isDecimal ? ValueConversions.ByteArrayDecimal(type.Scale) : ValueConversions.Half;
                return ReadByteArrays(column, chunk, buffers, count, bytes => isNumber ? Text(convert(bytes)) : ToText(bytes));
            default:
                return [];
        }
    }

    private static List<string?> ReadNumbers<T>(
        SchemaElement column, ColumnChunk chunk, PageBuffers buffers, int count, Func<T, string> toText)
        where T : unmanaged
    {
        var texts = new List<string?>();
        var reader = new NumberColumnReader<T>(column, buffers);
        reader.Open(chunk);
        while (texts.Count < count && reader.TryReadPage(out NumberPage<T> page))
        {
            int next = 0;
            for (int row = 0; row < page.RowCount && texts.Count < count; row++)
            {
                bool isNull = !page.DefinitionLevels.IsEmpty && page.DefinitionLevels[row] == 0;
                texts.Add(isNull ? null : toText(page.Values[next++]));
            }
        }

        return texts;
    }

    private static List<string?> ReadByteArrays(
        SchemaElement column, ColumnChunk chunk, PageBuffers buffers, int count, ByteArrayText toText)
    {
        var texts = new List<string?>();
        var reader = new ByteArrayColumnReader(column, buffers);
        reader.Open(chunk);
        while (texts.Count < count && reader.TryReadPage(out ByteArrayPage page))
        {
            int next = 0;
            for (int row = 0; row < page.RowCount && texts.Count < count; row++)
            {
                if (!page.DefinitionLevels.IsEmpty && page.DefinitionLevels[row] == 0)
                {
                    texts.Add(null);
                    continue;
                }

                texts.Add(toText(!page.UsesDictionary ? page.Values[next]
                    : reader.Dictionary[page.Indexes.IsEmpty ? page.RepeatedIndex : page.Indexes[next]]));
                next++;
            }
        }

        return texts;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(long unscaled, int scale) => Text(unscaled / Math.Pow(10, scale));

    private static string Time(long days, long microseconds)
    {
        Int128 time = ((Int128)days * MicrosecondsPerDay) + microseconds;
        return time >= long.MinValue && time <= long.MaxValue
            ? IsoTime.Format((long)time, TimeUnit.Microseconds, "")
            : $"day {days}T00:00:00";
    }

    private static string ToText(ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8.Length <= MaxLength * 4 ? utf8 : utf8[..(MaxLength * 4)]);
        return text.Length <= MaxLength ? text : text[..MaxLength] + "…";
    }

    private delegate string ByteArrayText(ReadOnlySpan<byte> bytes);
}
