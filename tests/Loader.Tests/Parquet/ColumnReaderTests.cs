using System.Text;
using Loader.Domain;
using Loader.Parquet;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Reading;

namespace Loader.Tests.Parquet;

/// <summary>The public API of Loader.Parquet, without the loader.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ColumnReaderTests
{
    private const int Seed = 20_261_126;
    private const int DamagedCopies = 60;

    [Test]
    public async Task Byte_arrays_come_as_dictionary_and_indexes()
    {
        CraftedPage[] pages =
        [
            new(CraftedFile.Strings("a", "bb")) { Type = PageType.Dictionary, Values = 2 },
            new([1, 3, 0b0110]) { Encoding = (int)PageEncoding.RleDictionary },
        ];
        using var buffers = new PageBuffers();
        (FileLayout layout, RowGroupBytes bytes, SchemaColumn column) = await OpenAsync(new CraftedFile { RegionPages = () => pages }.Bytes(), "region");
        using RowGroupBytes _ = bytes;
        var reader = new ByteArrayColumnReader(column.Element, buffers);

        reader.Open(layout.OpenChunk(0, column, bytes));
        bool hasPage = reader.TryReadPage(out ByteArrayPage page);

        Assert.That(hasPage && page.UsesDictionary);
        Assert.That(page.Indexes.ToArray(), Is.EqualTo(new[] { 0, 1, 1, 0 }));
        Assert.That(Encoding.UTF8.GetString(reader.Dictionary[1]), Is.EqualTo("bb"));
        Assert.That(reader.TryReadPage(out ByteArrayPage _), Is.False);
    }

    [Test]
    public async Task Pages_say_which_rows_they_hold()
    {
        CraftedPage[] pages = [new(CraftedFile.Doubles(1, 2)) { Values = 2 }, new(CraftedFile.Doubles(3, 4)) { Values = 2 }];
        using var buffers = new PageBuffers();
        (FileLayout layout, RowGroupBytes bytes, SchemaColumn column) = await OpenAsync(new CraftedFile { ValuePages = () => pages }.Bytes(), "value");
        using RowGroupBytes _ = bytes;
        var reader = new NumberColumnReader<double>(column.Element, buffers);
        var read = new List<(int, int, double)>();

        reader.Open(layout.OpenChunk(0, column, bytes));
        while (reader.TryReadPage(out NumberPage<double> page))
        {
            read.Add((page.FirstRow, page.RowCount, page.Values[0]));
        }

        Assert.That(read, Is.EqualTo(new[] { (0, 2, 1.0), (2, 2, 3.0) }));
    }

    [Test]
    public void A_column_cannot_be_read_as_another_type()
    {
        using var buffers = new PageBuffers();

        Assert.That(
            () => new NumberColumnReader<double>(Element(PhysicalType.Int64), buffers),
            Throws.ArgumentException.With.Message.StartsWith("INT64 cannot be read as Double."));
        Assert.That(() => new ByteArrayColumnReader(Element(PhysicalType.Int64), buffers), Throws.ArgumentException);
    }

    [Test]
    public void A_repeated_column_cannot_be_read()
    {
        using var buffers = new PageBuffers();

        Assert.That(
            () => new NumberColumnReader<long>(Element(PhysicalType.Int64) with { Repetition = Repetition.Repeated }, buffers), Throws.ArgumentException);
    }

    [Test]
    public void A_column_of_fixed_length_needs_its_length()
    {
        using var buffers = new PageBuffers();

        Assert.That(() => new ByteArrayColumnReader(Element(PhysicalType.FixedLenByteArray), buffers), Throws.TypeOf<MalformedFileException>());
    }

    [Test]
    public void No_more_row_groups_are_read_than_record_versions_can_number() =>
        Assert.That(FooterReader.MaxRowGroups, Is.LessThanOrEqualTo(ObjectVersion.MaxRowGroups));

    [Test]
    public async Task Damaged_files_cause_the_two_documented_exceptions_only()
    {
        using var folder = new Folder();
        var random = new Random(Seed);
        int rejected = 0;
        foreach (DamagedFile file in await GoodFiles.WriteAsync(folder))
        {
            for (int i = 0; i < DamagedCopies; i++)
            {
                try
                {
                    await ReadAllAsync(file.Damage(DamagedFile.Kinds[i % DamagedFile.Kinds.Count], random));
                }
                catch (Exception exception) when (exception is MalformedFileException or UnsupportedFileException)
                {
                    rejected++;
                }
            }
        }

        Assert.That(rejected, Is.GreaterThan(DamagedCopies));
    }

    private static SchemaElement Element(PhysicalType type) => new("a", type, TypeLength: 0, Repetition.Required, ChildCount: 0, default);

    private static async Task<(FileLayout Layout, RowGroupBytes Bytes, SchemaColumn Column)> OpenAsync(byte[] bytes, string name)
    {
        await using var file = new MemoryFile(bytes);
        await file.OpenAsync(CancellationToken.None);
        FileLayout layout = await FileLayout.ReadAsync(file, CancellationToken.None);
        SchemaColumn column = layout.Schema.Columns.Single(c => c.Name == name);
        return (layout, await layout.FetchAsync(file, 0, [column], CancellationToken.None), column);
    }

    private static async Task ReadAllAsync(byte[] bytes)
    {
        await using var file = new MemoryFile(bytes);
        await file.OpenAsync(CancellationToken.None);
        FileLayout layout = await FileLayout.ReadAsync(file, CancellationToken.None);
        using var buffers = new PageBuffers();
        SchemaColumn[] columns = [.. layout.Schema.Columns.Where(c => c.LeafIndex >= 0 && c.Element.Repetition is Repetition.Required or Repetition.Optional)];
        layout.CheckOverlaps(columns);
        for (int rowGroup = 0; rowGroup < layout.Metadata.RowGroups.Count; rowGroup++)
        {
            if (layout.Metadata.RowGroups[rowGroup].RowCount == 0)
            {
                continue;
            }

            using RowGroupBytes fetched = await layout.FetchAsync(file, rowGroup, columns, CancellationToken.None);
            foreach (SchemaColumn column in columns)
            {
                Read(column.Element, layout.OpenChunk(rowGroup, column, fetched), buffers);
            }
        }
    }

    private static void Read(SchemaElement column, ColumnChunk chunk, PageBuffers buffers)
    {
        switch (column.Type)
        {
            case PhysicalType.Int32:
                Read(new NumberColumnReader<int>(column, buffers), chunk);
                break;
            case PhysicalType.Int64:
                Read(new NumberColumnReader<long>(column, buffers), chunk);
                break;
            case PhysicalType.Double:
                Read(new NumberColumnReader<double>(column, buffers), chunk);
                break;
            case PhysicalType.ByteArray or PhysicalType.FixedLenByteArray:
                var reader = new ByteArrayColumnReader(column, buffers);
                reader.Open(chunk);
                while (reader.TryReadPage(out _))
                {
                }

                break;
        }
    }

    private static void Read<T>(NumberColumnReader<T> reader, ColumnChunk chunk)
        where T : unmanaged
    {
        reader.Open(chunk);
        while (reader.TryReadPage(out _))
        {
        }
    }
}
