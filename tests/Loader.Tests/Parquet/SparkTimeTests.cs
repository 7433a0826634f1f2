using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Parquet.Inspecting;
using Loader.Tests.Support;

namespace Loader.Tests.Parquet;

/// <summary>INT96 times: local, unless a setting says that they are instants; those of Spark need the setting.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SparkTimeTests
{
    private const string Zone = "America/Sao_Paulo";
    private static readonly Dictionary<string, string> Spark = new() { ["other"] = "org.apache.spark.version", ["org.apache.spark.version"] = "3.5.1" };
    private static readonly Dictionary<string, string> NotSpark = new() { ["pandas"] = "{}", ["org.apache.spark.versions"] = "3", ["org.apache.spark"] = "" };

    [Test]
    public void A_file_of_Spark_is_refused_in_a_zone_until_a_setting_says_what_it_holds()
    {
        using var folder = new Folder();
        string path = Write(folder, Spark);

        var failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path, timeZone: Zone));

        Assert.That(failure!.Message, Does.Contain("Spark").And.Contain("Set INT96_TIME to instant or local").And.Contain("SOURCE_TIME_ZONE"));
        Assert.That(failure.IsTransient, Is.False);
    }

    [TestCase(Int96Time.Instant, 0)]
    [TestCase(Int96Time.Local, 3)]
    public async Task The_setting_says_what_a_file_of_Spark_holds(Int96Time int96Time, int hours)
    {
        using var folder = new Folder();

        List<Row> rows = await Reading.RowsAsync(Write(folder, Spark), timeZone: Zone, int96Time: int96Time);

        Assert.That(rows.Select(r => r.Unit.ToInstant(r.Time)), Is.All.EqualTo(Some.Instant.AddHours(hours)));
    }

    [Test]
    public async Task In_UTC_a_file_of_Spark_is_read_without_the_setting([Values(null, Int96Time.Instant, Int96Time.Local)] Int96Time? int96Time)
    {
        using var folder = new Folder();

        List<Row> rows = await Reading.RowsAsync(Write(folder, Spark), int96Time: int96Time);

        Assert.That(rows.Select(r => r.Unit.ToInstant(r.Time)), Is.All.EqualTo(Some.Instant));
    }

    [TestCase(null, 3)]
    [TestCase(Int96Time.Local, 3)]
    [TestCase(Int96Time.Instant, 0)]
    public async Task INT96_of_other_writers_is_local_unless_the_setting_says_otherwise(Int96Time? int96Time, int hours)
    {
        using var folder = new Folder();

        List<Row> rows = await Reading.RowsAsync(Write(folder, NotSpark), timeZone: Zone, int96Time: int96Time);

        Assert.That(rows.Select(r => r.Unit.ToInstant(r.Time)), Is.All.EqualTo(Some.Instant.AddHours(hours)));
    }

    [Test]
    public async Task Other_times_of_Spark_need_no_setting([Values(LocalRows.Form.Instant, LocalRows.Form.Microseconds, LocalRows.Form.Text)] LocalRows.Form form)
    {
        using var folder = new Folder();

        List<Row> rows = await Reading.RowsAsync(Write(folder, Spark, form), timeZone: Zone);

        Assert.That(rows.Select(r => r.Unit.ToInstant(r.Time)), Is.All.EqualTo(Some.Instant.AddHours(form == LocalRows.Form.Instant ? 0 : 3)));
    }

    [Test]
    public async Task Inspecting_names_the_fault()
    {
        using var folder = new Folder();
        SourceFile file = SourceFile.OnDisk(Write(folder, Spark));

        ParquetInspection inZone = await new ParquetSource(new SourceOptions { TimeZone = Zone }, Reading.NoS3).InspectAsync(file, DatasetType.Consumption, default);
        ParquetInspection inUtc = await new ParquetSource(new SourceOptions(), Reading.NoS3).InspectAsync(file, DatasetType.Consumption, default);

        Assert.That(inZone.Faults, Has.Exactly(1).Contains("INT96_TIME"));
        Assert.That(inUtc.Faults, Is.Empty);
    }

    [Test]
    public async Task The_file_of_Spark_from_the_field_is_refused_or_read()
    {
        string path = Directory.GetFiles(FieldFolder.PathOrIgnore("int96"), "*.parquet", SearchOption.AllDirectories).Single();

        Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path, DatasetType.Generation, Zone));
        List<Row> instants = await Reading.RowsAsync(path, DatasetType.Generation, Zone, int96Time: Int96Time.Instant);
        List<Row> inUtc = await Reading.RowsAsync(path, DatasetType.Generation);

        Assert.That(instants.Select(r => r.Nanoseconds), Is.EqualTo(inUtc.Select(r => r.Nanoseconds)));
    }

    /// <summary>Writes two rows with the wall clock of <see cref="Some.Instant"/> in UTC.</summary>
    private static string Write(Folder folder, Dictionary<string, string> metadata, LocalRows.Form form = LocalRows.Form.Int96) =>
        (LocalRows.Every("UTC", "2024-01-01T00:00:00Z", 2, TimeSpan.Zero, "SE") with { Times = form, Metadata = metadata }).Write(folder.File("a.parquet"));
}
