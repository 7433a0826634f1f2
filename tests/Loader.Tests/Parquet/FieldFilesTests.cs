using Loader.Application.Results;
using Loader.Domain;
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
        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => RowsAsync("schema/dataset=generation", name))!;

        Assert.That(failure.Message, Does.Contain(cause).And.Contain(remedy));
    }

    private static Task<List<Row>> RowsAsync(string folder, string name) =>
        Reading.RowsAsync(Path.Combine(FieldFolder.PathOrIgnore(folder), name + ".parquet"), DatasetType.Generation);
}
