using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using LogicalType = ParquetSharp.LogicalType;
using PhysicalType = ParquetSharp.PhysicalType;
using TimeUnit = ParquetSharp.TimeUnit;

namespace Loader.Tests.Parquet;

/// <summary>Columns that hold nothing but nulls, whose type is whatever their writer made of them.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class NullColumnTests
{
    private const int Rows = 6;

    private static readonly double?[] NoDoubles = new double?[Rows];

    /// <summary>Columns without values, by the way in which writers store them.</summary>
    private static IEnumerable<TestCaseData> NullColumns()
    {
        yield return Column("Null of pyarrow", name => ArrowColumn.Of<int>(name, PhysicalType.Int32, LogicalType.Null(), new int?[Rows], isRequired: false));
        yield return Column("null doubles", name => ArrowColumn.Of(name, PhysicalType.Double, LogicalType.None(), NoDoubles, isRequired: false));
        yield return Column("NaN of pandas", name => ArrowColumn.Of<double>(name, PhysicalType.Double, LogicalType.None(), NaN<double>(double.NaN), isRequired: false));
        yield return Column("NaN of fastparquet", name => ArrowColumn.Of<double>(name, PhysicalType.Double, LogicalType.None(), NaN<double>(double.NaN), isRequired: true));
        yield return Column("null and NaN", name => ArrowColumn.Of<float>(name, PhysicalType.Float, LogicalType.None(), [null, float.NaN, null, float.NaN, null, null], isRequired: false));
        yield return Column("null booleans", name => ArrowColumn.Of<bool>(name, PhysicalType.Boolean, LogicalType.None(), new bool?[Rows], isRequired: false));
        yield return Column("null dates", name => ArrowColumn.Of<int>(name, PhysicalType.Int32, LogicalType.Time(true, TimeUnit.Millis), new int?[Rows], isRequired: false));
        yield return Column("null UUIDs", name => ArrowColumn.OfBytes(name, PhysicalType.FixedLenByteArray, LogicalType.Uuid(), new byte[]?[Rows], isRequired: false, typeLength: 16));

        static TestCaseData Column(string name, Func<string, ArrowColumn> column) => new TestCaseData(column).SetArgDisplayNames(name);
    }

    /// <summary>Columns of a wrong type with at least one value.</summary>
    private static IEnumerable<TestCaseData> Values()
    {
        yield return Column("one double", name => ArrowColumn.Of<double>(name, PhysicalType.Double, LogicalType.None(), [null, null, null, null, null, 5], isRequired: false));
        yield return Column("one double between NaN", name => ArrowColumn.Of<double>(name, PhysicalType.Double, LogicalType.None(), [double.NaN, double.NaN, double.NaN, 0, double.NaN, double.NaN], isRequired: true));
        yield return Column("one boolean", name => ArrowColumn.Of<bool>(name, PhysicalType.Boolean, LogicalType.None(), [null, null, null, null, false, null], isRequired: false));
        yield return Column("required booleans", name => ArrowColumn.Of<bool>(name, PhysicalType.Boolean, LogicalType.None(), [.. Enumerable.Repeat((bool?)true, Rows)], isRequired: true));

        static TestCaseData Column(string name, Func<string, ArrowColumn> column) => new TestCaseData(column).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(NullColumns))]
    public async Task An_optional_column_of_nulls_counts_as_absent(Func<string, ArrowColumn> column)
    {
        List<Row> rows = await ReadAsync("a.parquet", [.. Good(), column("quality_flag")]);

        Assert.That(rows, Has.Count.EqualTo(Rows));
        Assert.That(rows.Select(r => r.Key), Is.All.EqualTo(new SeriesKey("SE", "all", "demand", null, "MW")));
        Assert.That(rows.Select(r => r.SeriesFault), Is.All.EqualTo(RejectionReason.None));
    }

    [TestCaseSource(nameof(NullColumns))]
    public async Task A_required_column_of_nulls_makes_its_rows_invalid(Func<string, ArrowColumn> column)
    {
        List<Row> rows = await ReadAsync("a.parquet", [.. Good().Where(c => c.Name != "region"), column("region")]);

        Assert.That(rows, Has.Count.EqualTo(Rows));
        Assert.That(rows.Select(r => r.SeriesFault), Is.All.EqualTo(RejectionReason.MissingDimension));
    }

    [TestCaseSource(nameof(NullColumns))]
    public async Task Without_statistics_the_levels_are_read(Func<string, ArrowColumn> column)
    {
        List<Row> rows = await ReadAsync("a.parquet", [.. Good(), column("quality_flag")], hasStatistics: false);

        Assert.That(rows.Select(r => r.Key.QualityFlag), Is.All.Null);
    }

    [TestCaseSource(nameof(Values))]
    public void A_single_value_of_a_wrong_type_refuses_the_file(Func<string, ArrowColumn> column)
    {
        foreach (bool hasStatistics in new[] { true, false })
        {
            Assert.That(
                () => ReadAsync("a.parquet", [.. Good(), column("quality_flag")], hasStatistics),
                Throws.TypeOf<SchemaMismatchException>().With.Message.Contains("'quality_flag': expected text or an integer, found"));
        }
    }

    [TestCase("timestamp", RejectionReason.MissingTime)]
    [TestCase("value", RejectionReason.MissingValue)]
    [TestCase("unit", RejectionReason.MissingUnit)]
    [TestCase("region", RejectionReason.MissingDimension)]
    [TestCase("measurement_type", RejectionReason.MissingDimension)]
    [TestCase("consumer_type", RejectionReason.MissingDimension)]
    public async Task Each_column_of_nulls_has_its_reason(string name, RejectionReason reason)
    {
        using var folder = new Folder();
        string path = Write(folder.File("a.parquet"), [.. Good().Where(c => c.Name != name), Null(name)]);

        Assert.That(await VerdictsAsync(path), Is.EqualTo(Enumerable.Repeat(reason, Rows)));
    }

    [Test]
    public async Task A_file_whose_columns_are_all_Null_is_read()
    {
        using var folder = new Folder();
        string path = Write(folder.File("a.parquet"), [.. Good().Select(c => Null(c.Name)), Null("quality_flag")]);

        Assert.That(await VerdictsAsync(path), Is.EqualTo(Enumerable.Repeat(RejectionReason.MissingTime, Rows)));
    }

    [Test]
    public async Task A_file_without_rows_may_have_any_types()
    {
        using var folder = new Folder();
        string nulls = new ArrowFile([.. Good().Select(c => Null(c.Name))], 0).Write(folder.File("nulls.parquet"));
        string booleans = new ArrowFile(
            [.. Good().Select(c => ArrowColumn.Of<bool>(c.Name, PhysicalType.Boolean, LogicalType.None(), [], isRequired: true))], 0).Write(folder.File("booleans.parquet"));

        Assert.That(await Reading.RowsAsync(nulls), Is.Empty);
        Assert.That(await Reading.RowsAsync(booleans), Is.Empty);
    }

    [Test]
    public async Task An_absent_flag_comes_from_the_key()
    {
        List<Row> rows = await ReadAsync("quality_flag=good/a.parquet", [.. Good(), Null("quality_flag")]);

        Assert.That(rows.Select(r => r.Key.QualityFlag), Is.All.EqualTo("good"));
    }

    [Test]
    public async Task A_required_column_of_nulls_wins_over_the_key()
    {
        List<Row> rows = await ReadAsync("region=SE/a.parquet", [.. Good().Where(c => c.Name != "region"), Null("region")]);

        Assert.That(rows.Select(r => r.Key.Region), Is.All.Null);
    }

    private static async Task<List<Row>> ReadAsync(string name, IReadOnlyList<ArrowColumn> columns, bool hasStatistics = true)
    {
        using var folder = new Folder();
        return await Reading.RowsAsync(Write(folder.File(name), columns, hasStatistics));
    }

    /// <summary>Writes two row groups.</summary>
    private static string Write(string path, IReadOnlyList<ArrowColumn> columns, bool hasStatistics = true) =>
        new ArrowFile(columns, Rows) { RowsPerGroup = Rows / 2, HasStatistics = hasStatistics }.Write(path);

    private static async Task<List<RejectionReason>> VerdictsAsync(string path)
    {
        var verdicts = new List<RejectionReason>();
        await using IParquetFile file = await Reading.OpenAsync(path);
        await foreach (MeasurementBatch batch in file.ReadAsync(0, Reading.Version, CancellationToken.None))
        {
            using (batch)
            {
                MeasurementRules.Validate(batch, DestinationLimits.None);
                verdicts.AddRange(batch.Verdicts.ToArray());
            }
        }

        return verdicts;
    }

    private static ArrowColumn Null(string name) => ArrowColumn.Of<int>(name, PhysicalType.Int32, LogicalType.Null(), new int?[Rows], isRequired: false);

    private static T?[] NaN<T>(T value)
        where T : struct => [.. Enumerable.Repeat((T?)value, Rows)];

    private static IEnumerable<ArrowColumn> Good()
    {
        yield return ArrowColumn.Of<long>("timestamp", PhysicalType.Int64, LogicalType.Timestamp(true, TimeUnit.Millis), [.. Enumerable.Range(0, Rows).Select(i => (long?)(1_704_067_200_000 + i))], isRequired: true);
        yield return ArrowColumn.Of<double>("value", PhysicalType.Double, LogicalType.None(), [.. Enumerable.Range(0, Rows).Select(i => (double?)i)], isRequired: true);
        yield return Text("unit", "MW");
        yield return Text("measurement_type", "demand");
        yield return Text("region", "SE");
        yield return Text("consumer_type", "all");

        static ArrowColumn Text(string name, string value) => ArrowColumn.OfText(name, [.. Enumerable.Repeat(value, Rows)], isRequired: false);
    }
}
