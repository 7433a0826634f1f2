using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Ipc;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Loader.Benchmarks.Readers;

/// <summary>
/// Reads a file with ParquetSharp's Arrow reader (Arrow C++): strings as dictionary arrays, page checksums verified, on one thread or
/// several.
/// </summary>
internal static class ParquetSharpRead
{
    public static async Task<ColumnSum> ReadAsync(string path, string[] names, bool isExact, bool usesThreads)
    {
        var sum = new ColumnSum(isExact);
        using ReaderProperties properties = ReaderProperties.GetDefaultReaderProperties();
        properties.EnablePageChecksumVerification();
        using ArrowReaderProperties arrow = ArrowReaderProperties.GetDefault();
        arrow.UseThreads = usesThreads;
        arrow.PreBuffer = usesThreads;
        int[] columns;
        using (var file = new ParquetFileReader(path, properties))
        {
            SchemaDescriptor schema = file.FileMetaData.Schema;
            columns = [.. names.Select(name => Enumerable.Range(0, schema.NumColumns).Single(i => schema.Column(i).Name == name))];
            foreach (int column in columns)
            {
                ColumnDescriptor descriptor = schema.Column(column);
                sum.AddText($"{descriptor.PhysicalType} {descriptor.LogicalType} {descriptor.MaxDefinitionLevel}");

                // Arrow C++ does not read strings in DELTA encodings as dictionaries.
                arrow.SetReadDictionary(column, descriptor.PhysicalType == PhysicalType.ByteArray && HasDictionaries(file, column));
            }
        }

        using var reader = new FileReader(path, properties, arrow);
        using IArrowArrayStream batches = reader.GetRecordBatchReader(columns: columns);
        while (await batches.ReadNextRecordBatchAsync(CancellationToken.None) is { } batch)
        {
            using (batch)
            {
                foreach (string name in names)
                {
                    Add(batch.Column(name), sum);
                }
            }
        }

        return sum;
    }

    private static bool HasDictionaries(ParquetFileReader file, int column)
    {
        for (int i = 0; i < file.FileMetaData.NumRowGroups; i++)
        {
            using RowGroupReader group = file.RowGroup(i);
            if (!group.MetaData.GetColumnChunkMetaData(column).Encodings.Any(e => e is Encoding.PlainDictionary or Encoding.RleDictionary))
            {
                return false;
            }
        }

        return true;
    }

    private static void Add(IArrowArray column, ColumnSum sum)
    {
        switch (column)
        {
            case TimestampArray array:
                AddNumbers(array.Values, array, sum, static (sum, values) => sum.Add(values));
                break;
            case Int64Array array:
                AddNumbers(array.Values, array, sum, static (sum, values) => sum.Add(values));
                break;
            case DoubleArray array:
                AddNumbers(array.Values, array, sum, static (sum, values) => sum.Add(values));
                break;
            case DictionaryArray array:
                AddTexts(array, sum);
                break;
            case BinaryArray array:
                for (int row = 0; row < array.Length; row++)
                {
                    if (array.IsNull(row))
                    {
                        sum.AddNull(row);
                    }
                    else
                    {
                        sum.Add(array.GetBytes(row));
                    }
                }

                break;
            case FixedSizeBinaryArray array:
                for (int row = 0; row < array.Length; row++)
                {
                    sum.Add(array.GetBytes(row));
                }

                break;
            default:
                throw new NotSupportedException($"Unexpected array {column.GetType().Name}.");
        }
    }

    private delegate void Adding<T>(ColumnSum sum, ReadOnlySpan<T> values);

    private static void AddNumbers<T>(ReadOnlySpan<T> values, IArrowArray array, ColumnSum sum, Adding<T> add)
    {
        if (array.NullCount == 0)
        {
            add(sum, values);
            return;
        }

        for (int row = 0; row < values.Length; row++)
        {
            if (array.IsNull(row))
            {
                sum.AddNull(row);
            }
            else
            {
                add(sum, values.Slice(row, 1));
            }
        }
    }

    private static void AddTexts(DictionaryArray array, ColumnSum sum)
    {
        var dictionary = (BinaryArray)array.Dictionary;
        sum.BeginDictionary(dictionary.Length);
        for (int i = 0; i < dictionary.Length; i++)
        {
            sum.SetEntry(i, dictionary.GetBytes(i));
        }

        ReadOnlySpan<int> indexes = ((Int32Array)array.Indices).Values;
        if (array.NullCount == 0)
        {
            sum.AddIndexes(indexes);
            return;
        }

        for (int row = 0; row < indexes.Length; row++)
        {
            if (array.IsNull(row))
            {
                sum.AddNull(row);
            }
            else
            {
                sum.AddIndexes(indexes.Slice(row, 1));
            }
        }
    }
}
