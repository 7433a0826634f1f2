using System.Runtime.InteropServices;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Reading;
using Loader.Parquet.Storage;
using Microsoft.Win32.SafeHandles;

namespace Loader.Benchmarks.Readers;

/// <summary>Reads a file with Loader.Parquet: numbers as spans, strings as dictionary and indexes.</summary>
internal static class LoaderParquetRead
{
    public static async Task<ColumnSum> ReadAsync(string path, string[] names, bool isExact)
    {
        var sum = new ColumnSum(isExact);
        await using var file = new DiskFile(path);
        await file.OpenAsync(CancellationToken.None);
        FileLayout layout = await FileLayout.ReadAsync(file, CancellationToken.None);
        using var buffers = new PageBuffers();
        SchemaColumn[] columns = [.. names.Select(name => layout.Schema.Columns.Single(c => c.Name == name))];
        layout.CheckOverlaps(columns);
        object[] readers = [.. columns.Select<SchemaColumn, object>(c => c.Element.Type switch
        {
            PhysicalType.Int64 => new NumberColumnReader<long>(c.Element, buffers),
            PhysicalType.Double => new NumberColumnReader<double>(c.Element, buffers),
            _ => new ByteArrayColumnReader(c.Element, buffers),
        })];
        foreach (SchemaColumn column in columns)
        {
            sum.AddText(column.Element.Describe());
        }

        for (int rowGroup = 0; rowGroup < layout.Metadata.RowGroups.Count; rowGroup++)
        {
            if (layout.Metadata.RowGroups[rowGroup].RowCount == 0)
            {
                continue;
            }

            using RowGroupBytes bytes = await layout.FetchAsync(file, rowGroup, columns, CancellationToken.None);
            ColumnChunk[] chunks = [.. columns.Select(c => layout.OpenChunk(rowGroup, c, bytes))];
            for (int i = 0; i < readers.Length; i++)
            {
                switch (readers[i])
                {
                    case NumberColumnReader<long> reader:
                        AddNumbers(reader, chunks[i], sum);
                        break;
                    case NumberColumnReader<double> reader:
                        AddNumbers(reader, chunks[i], sum);
                        break;
                    case ByteArrayColumnReader reader:
                        AddByteArrays(reader, chunks[i], sum);
                        break;
                }
            }
        }

        return sum;
    }

    private static void AddNumbers<T>(NumberColumnReader<T> reader, ColumnChunk chunk, ColumnSum sum)
        where T : unmanaged
    {
        reader.Open(chunk);
        while (reader.TryReadPage(out NumberPage<T> page))
        {
            sum.Add(MemoryMarshal.Cast<T, ulong>(page.Values));
            sum.AddNulls(page.DefinitionLevels);
        }
    }

    private static void AddByteArrays(ByteArrayColumnReader reader, ColumnChunk chunk, ColumnSum sum)
    {
        reader.Open(chunk);
        ByteArrayList dictionary = reader.Dictionary;
        sum.BeginDictionary(dictionary.Count);
        for (int i = 0; i < dictionary.Count; i++)
        {
            sum.SetEntry(i, dictionary[i]);
        }

        while (reader.TryReadPage(out ByteArrayPage page))
        {
            if (!page.UsesDictionary)
            {
                for (int i = 0; i < page.Values.Count; i++)
                {
                    sum.Add(page.Values[i]);
                }
            }
            else if (page.Indexes.IsEmpty)
            {
                sum.AddRun(page.RepeatedIndex, page.ValueCount);
            }
            else
            {
                sum.AddIndexes(page.Indexes);
            }

            sum.AddNulls(page.DefinitionLevels);
        }
    }

    private sealed class DiskFile(string path) : RandomAccessFile
    {
        private readonly SafeFileHandle _handle = File.OpenHandle(path, options: FileOptions.Asynchronous);

        public override ValueTask DisposeAsync()
        {
            _handle.Dispose();
            return ValueTask.CompletedTask;
        }

        protected override async Task<FileTail> ReadTailAsync(CancellationToken cancellationToken)
        {
            long length = RandomAccess.GetLength(_handle);
            var tail = new byte[(int)Math.Min(length, TailBytes)];
            await ReadRangeAsync(length - tail.Length, tail, cancellationToken);
            return new FileTail(tail, length, DateTimeOffset.UnixEpoch, path, VersionId: null);
        }

        protected override async ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            while (!destination.IsEmpty)
            {
                int count = await RandomAccess.ReadAsync(_handle, destination, offset, cancellationToken);
                destination = count > 0 ? destination[count..] : throw new EndOfStreamException();
                offset += count;
                Count(count);
            }
        }
    }
}
