using ParquetSharp;

namespace Loader.Tests.Parquet;

/// <summary>Reads columns with Apache Arrow C++.</summary>
internal static class ArrowValues
{
    /// <summary>Reads a column of all row groups: numbers as they are, texts as hexadecimal digits, null as null.</summary>
    public static List<object?> Read(string path, int column)
    {
        var values = new List<object?>();
        using var file = new ParquetFileReader(path);
        for (int i = 0; i < file.FileMetaData.NumRowGroups; i++)
        {
            using RowGroupReader group = file.RowGroup(i);
            using ColumnReader reader = group.Column(column);
            bool isOptional = reader.ColumnDescriptor.MaxDefinitionLevel > 0;
            int rows = (int)group.MetaData.NumRows;
            switch (reader)
            {
                case ColumnReader<int> typed: Add(typed, rows, isOptional, v => v); break;
                case ColumnReader<long> typed: Add(typed, rows, isOptional, v => v); break;
                case ColumnReader<float> typed: Add(typed, rows, isOptional, v => v); break;
                case ColumnReader<double> typed: Add(typed, rows, isOptional, v => v); break;
                default: Add((ColumnReader<ByteArray>)reader, rows, isOptional, Hex); break;
            }
        }

        return values;

        void Add<T>(ColumnReader<T> reader, int rows, bool isOptional, Func<T, object> convert)
            where T : unmanaged
        {
            // Texts are valid only until the next batch, and a batch may end before the rows do.
            for (int left = rows; left > 0;)
            {
                var batch = new T[left];
                var levels = new short[isOptional ? left : 0];
                int read = (int)reader.ReadBatch(left, levels, [], batch, out _);
                int next = 0;
                for (int row = 0; row < read; row++)
                {
                    values.Add(isOptional && levels[row] == 0 ? null : convert(batch[next++]));
                }

                left -= read;
            }
        }
    }

    private static object Hex(ByteArray text)
    {
        byte[] bytes = new byte[text.Length];
        System.Runtime.InteropServices.Marshal.Copy(text.Pointer, bytes, 0, bytes.Length);
        return Convert.ToHexString(bytes);
    }
}
