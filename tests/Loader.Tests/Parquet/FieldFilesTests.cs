using Loader.Application.Results;
using Loader.Domain;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Reading;
using Loader.Tests.Support;

namespace Loader.Tests.Parquet;

/// <summary>Small files after public reports, and real files of other writers. Skipped where the folder does not exist.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FieldFilesTests
{
    private static readonly double[] Six = [10, 11, 12, 13, 14, 15];

    [TestCase("fastparquet-8-zero-bytes", "control-same-without-tail")]
    [TestCase("parquet-jl-crc-0", "control-same-without-tail")]
    [TestCase("parquet-java-v2-nulls-minus-1", "control-v2")]
    [TestCase("arrow-11-v2-nulls-0", "control-v2")]
    [TestCase("hangxie-go-v2-num-rows-0", "control-v2")]
    public async Task A_file_of_another_writer_has_the_rows_of_its_control(string name, string control)
    {
        List<Row> rows = await RowsAsync("parquet/dataset=generation", name);

        Assert.That(rows, Has.Count.EqualTo(Six.Length));
        Assert.That(rows, Is.EqualTo(await RowsAsync("parquet/dataset=generation", control)));
    }

    [TestCase("all-null-quality_flag", 0, RejectionReason.None)]
    [TestCase("all-null-energy_source", 24, RejectionReason.MissingDimension)]
    [TestCase("all-null-value", 24, RejectionReason.MissingValue)]
    public async Task A_column_without_values_is_a_column_of_nulls(string name, int invalid, RejectionReason reason)
    {
        List<Row> rows = await RowsAsync("null-columns/dataset=generation", name);

        Assert.That(rows, Has.Count.EqualTo(24));
        Assert.That(rows.Count(row => (double.IsNaN(row.Value) ? RejectionReason.MissingValue : row.SeriesFault) == reason && reason != RejectionReason.None), Is.EqualTo(invalid));
    }

    [TestCase("pandas-empty")]
    [TestCase("typed-empty")]
    public async Task A_day_without_data_is_read(string name)
    {
        Assert.That(await RowsAsync("null-columns/dataset=generation", name), Is.Empty);
    }

    [Test]
    public async Task Values_of_partitions_are_decoded_and_the_null_partition_is_null()
    {
        string folder = FieldFolder.PathOrIgnore("hive-keys");
        var keys = new List<(string? Region, string? Source, RejectionReason Fault)>();
        foreach (string file in Directory.EnumerateFiles(folder, "*.parquet", SearchOption.AllDirectories))
        {
            keys.AddRange((await Reading.RowsAsync(file, DatasetType.Generation)).Select(row => (row.Key.Region, row.Key.Subject, row.SeriesFault)).Distinct());
        }

        Assert.That(keys.Distinct(), Is.EquivalentTo(new (string?, string?, RejectionReason)[]
        {
            ("A:B", "100% wind", RejectionReason.None),
            ("C+D", "a=b", RejectionReason.None),
            ("E F.", "x?y#z", RejectionReason.None),
            ("São Paulo", "hydro/pumped", RejectionReason.None),
            ("X1", "caps", RejectionReason.None),
            ("", "bio", RejectionReason.MissingDimension),
            ("N", null, RejectionReason.MissingDimension),
            (null, "solar", RejectionReason.MissingDimension),
        }));
    }

    [TestCase("bom", "\\ufefftimestamp", "utf-8-sig")]
    [TestCase("epoch-int64", "INT64 INT_64", "pd.to_datetime")]
    [TestCase("pascal-case", "is 'MeasurementType' meant?", "Names must match exactly")]
    [TestCase("trailing-space", "is 'timestamp ' meant?", "blanks or invisible characters")]
    [TestCase("unnamed-index", "'__index_level_0__'", "df.reset_index(names='timestamp')")]
    [TestCase("value-text", "BYTE_ARRAY STRING", "pd.to_numeric")]
    [TestCase("ons-names", "is 'val_cargaenergiahomwmed' meant?", "rename the columns that are meant")]
    public void A_file_with_other_columns_is_refused_with_cause_and_remedy(string name, string cause, string remedy)
    {
        // Outside of the assertion, which would take the skip for the failure.
        FieldFolder.PathOrIgnore("schema/dataset=generation");
        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => RowsAsync("schema/dataset=generation", name))!;

        Assert.That(failure.Message, Does.Contain(cause).And.Contain(remedy));
    }

    [Test]
    public async Task Pages_of_real_files_of_other_writers_decode_as_with_Arrow()
    {
        int columns = 0;
        foreach (string path in Directory.EnumerateFiles(FieldFolder.PathOrIgnore("parquet/foreign-columns"), "*.parquet"))
        {
            await using var source = new MemoryFile(await File.ReadAllBytesAsync(path));
            await source.OpenAsync(CancellationToken.None);
            FileLayout layout = await FileLayout.ReadAsync(source, CancellationToken.None);
            foreach (SchemaColumn column in layout.Schema.Columns.Where(c => c.Element.Type != PhysicalType.Boolean))
            {
                Assert.That(await OursAsync(source, layout, column), Is.EqualTo(ArrowValues.Read(path, column.LeafIndex)), $"{path}, {column.Name}");
                columns++;
            }
        }

        Assert.That(columns, Is.GreaterThan(10));
    }

    /// <summary>Decodes a column of all row groups: numbers as they are, texts as hexadecimal digits, null as null.</summary>
    private static async Task<List<object?>> OursAsync(MemoryFile source, FileLayout layout, SchemaColumn column)
    {
        var values = new List<object?>();
        using var buffers = new PageBuffers();
        for (int rowGroup = 0; rowGroup < layout.Metadata.RowGroups.Count; rowGroup++)
        {
            using RowGroupBytes bytes = await layout.FetchAsync(source, rowGroup, [column], CancellationToken.None);
            ColumnChunk chunk = layout.OpenChunk(rowGroup, column, bytes);
            switch (column.Element.Type)
            {
                case PhysicalType.Int32: AddNumbers<int>(); break;
                case PhysicalType.Int64: AddNumbers<long>(); break;
                case PhysicalType.Float: AddNumbers<float>(); break;
                case PhysicalType.Double: AddNumbers<double>(); break;
                default: AddTexts(); break;
            }

            void AddNumbers<T>()
                where T : unmanaged
            {
                var reader = new NumberColumnReader<T>(column.Element, buffers);
                reader.Open(chunk);
                while (reader.TryReadPage(out NumberPage<T> page))
                {
                    for (int row = 0, next = 0; row < page.RowCount; row++)
                    {
                        values.Add(!page.DefinitionLevels.IsEmpty && page.DefinitionLevels[row] == 0 ? null : page.Values[next++]);
                    }
                }
            }

            void AddTexts()
            {
                var reader = new ByteArrayColumnReader(column.Element, buffers);
                reader.Open(chunk);
                while (reader.TryReadPage(out ByteArrayPage page))
                {
                    for (int row = 0, next = 0; row < page.RowCount; row++)
                    {
                        bool isNull = !page.DefinitionLevels.IsEmpty && page.DefinitionLevels[row] == 0;
                        values.Add(isNull ? null : Convert.ToHexString(
                            !page.UsesDictionary ? page.Values[next++]
                            : reader.Dictionary[page.Indexes.IsEmpty ? page.RepeatedIndex : page.Indexes[next++]]));
                    }
                }
            }
        }

        return values;
    }

    private static Task<List<Row>> RowsAsync(string folder, string name) =>
        Reading.RowsAsync(Path.Combine(FieldFolder.PathOrIgnore(folder), name + ".parquet"), DatasetType.Generation);
}
