using Parquet;
using Parquet.Schema;

namespace Loader.Benchmarks.Readers;

/// <summary>
/// Reads a file with Parquet.Net as it is, in its fastest way: raw values into reused arrays, byte arrays without strings.
/// </summary>
internal static class ParquetNetRead
{
    public static async Task<ColumnSum> ReadAsync(string path, string[] names, bool isExact)
    {
        var sum = new ColumnSum(isExact);
        await using FileStream stream = File.OpenRead(path);
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        DataField[] columns = [.. names.Select(name => reader.Schema.DataFields.Single(f => f.Name == name))];
        foreach (DataField column in columns)
        {
            sum.AddText(column.ToString());
        }

        DataField[] raw = [.. columns.Select(f => new DataField(f.Name, RawType(f), f.IsNullable))];
        _ = new ParquetSchema(raw);
        int most = 0;
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
            most = Math.Max(most, checked((int)group.RowCount));
        }

        var longs = new long[most];
        var doubleValues = new double[most];
        var byteArrays = new ReadOnlyMemory<byte>[most];
        var levels = new int[most];
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
            int rows = (int)group.RowCount;
            foreach (DataField field in raw)
            {
                Memory<int>? nullability = null;
                if (field.IsNullable)
                {
                    nullability = levels.AsMemory(0, rows);
                }

                if (field.ClrType == typeof(long))
                {
                    await group.ReadRawAsync<long>(field, longs.AsMemory(0, rows), nullability, null, CancellationToken.None);
                    sum.Add(longs.AsSpan(0, Defined(field, levels, rows)));
                }
                else if (field.ClrType == typeof(double))
                {
                    await group.ReadRawAsync<double>(field, doubleValues.AsMemory(0, rows), nullability, null, CancellationToken.None);
                    sum.Add(doubleValues.AsSpan(0, Defined(field, levels, rows)));
                }
                else
                {
                    await group.ReadRawAsync<ReadOnlyMemory<byte>>(
                        field, byteArrays.AsMemory(0, rows), nullability, null, CancellationToken.None);
                    foreach (ReadOnlyMemory<byte> value in byteArrays.AsSpan(0, Defined(field, levels, rows)))
                    {
                        sum.Add(value.Span);
                    }
                }

                if (field.IsNullable)
                {
                    sum.AddNulls(levels.AsSpan(0, rows));
                }
            }
        }

        return sum;
    }

    /// <summary>Times as their numbers, doubles, and everything else as bytes: decoding goes by this type and not by the file's.</summary>
    private static Type RawType(DataField field) =>
        field.ClrType == typeof(double) ? typeof(double)
        : field.ClrType == typeof(DateTime) || field.ClrType == typeof(long) ? typeof(long)
        : typeof(byte[]);

    private static int Defined(DataField field, int[] levels, int rows) => field.IsNullable ? levels.AsSpan(0, rows).Count(1) : rows;
}
