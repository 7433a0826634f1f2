using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Tests.Parquet;

[Parallelizable(ParallelScope.All)]
public sealed class SchemaTests
{
    private const string Good =
        "TIMESTAMP '2024-01-01' AS timestamp, 1.0::DOUBLE AS value, 'SE' AS region, 'MW' AS unit, 'all' AS consumer_type, 'demand' AS measurement_type";

    [Test]
    public void One_message_lists_every_fault()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", "SELECT now()::TIMESTAMP AS Timestamp, '1' AS value_mw, 1.5 AS region, true AS unit, [1] AS measurement_type, 7 AS other");

        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path))!;

        Assert.That(failure.Message, Is.EqualTo(
            $"{path} is not a consumption file: 6 columns are missing or invalid. " +
            "'timestamp': expected a time (TIMESTAMP in ms, us or ns, INT96, DATE, or ISO 8601 text), found nothing; is 'Timestamp' meant?; " +
            "'value': expected a number (floating point, integer or decimal), found nothing; is 'value_mw' meant?; " +
            "'unit': expected text, found BOOLEAN; " +
            "'measurement_type': expected text or an integer, found a group of columns; " +
            "'region': expected text or an integer, found INT32 DECIMAL(2, 1); " +
            "'consumer_type': expected text or an integer, found nothing. " +
            "Names must match exactly: rename the columns that are meant. " +
            "A text or integer column with the same value in all rows can also be a segment of the key, such as 'region=SE/'."));
        Assert.That(failure.File, Is.EqualTo(SourceFile.OnDisk(path)));
        Assert.That(failure.IsTransient, Is.False);
    }

    [TestCase("'1.5' AS value", "'value': expected a number (floating point, integer or decimal), found BYTE_ARRAY STRING")]
    [TestCase("true AS value", "'value': expected a number (floating point, integer or decimal), found BOOLEAN")]
    [TestCase("DATE '2024-01-01' AS value", "'value': expected a number (floating point, integer or decimal), found INT32 DATE")]
    [TestCase("[1.0] AS value", "'value': expected a number (floating point, integer or decimal), found a group of columns")]
    [TestCase("1704067200 AS timestamp", "'timestamp': expected a time (TIMESTAMP in ms, us or ns, INT96, DATE, or ISO 8601 text), found INT32 INT_32")]
    [TestCase("TIME '10:00:00' AS timestamp", "'timestamp': expected a time (TIMESTAMP in ms, us or ns, INT96, DATE, or ISO 8601 text), found INT64 TIME")]
    [TestCase("5 AS unit", "'unit': expected text, found INT32 INT_32")]
    [TestCase("uuid() AS region", "'region': expected text or an integer, found FIXED_LEN_BYTE_ARRAY(16) UUID")]
    public void A_column_of_a_wrong_type_is_named_with_what_was_found(string column, string message)
    {
        using var folder = new Folder();
        string name = column[(column.LastIndexOf(' ') + 1)..];
        string path = folder.Write("a.parquet", $"SELECT * REPLACE ({column}) FROM (SELECT {Good})");

        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path))!;

        Assert.That(failure.Message, Does.Contain($"1 column is missing or invalid. {message}."), name);
    }

    [TestCase("timestamp", "time")]
    [TestCase("timestamp", "datetime")]
    [TestCase("timestamp", "timestamp_utc")]
    [TestCase("timestamp", "timestmap")]
    [TestCase("value", "Value")]
    [TestCase("value", "value_mw")]
    [TestCase("consumer_type", "consumertype")]
    [TestCase("measurement_type", "measurment_type")]
    [TestCase("unit", "units")]
    public void A_similar_name_is_suggested(string missing, string found)
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"SELECT * RENAME ({missing} AS {found}) FROM (SELECT {Good}, 1 AS x, 2 AS quality)");

        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path))!;

        Assert.That(failure.Message, Does.Contain($"'{missing}': ").And.Contain($"; is '{found}' meant?"));
    }

    [TestCase("RENAME (timestamp AS \"\ufefftimestamp\")", @"is '\ufefftimestamp' meant? The name begins with a byte order mark (\ufeff), which comes from a CSV file: read that with the encoding utf-8-sig, and write the Parquet file again.")]
    [TestCase("RENAME (timestamp AS \"timestamp \")", "is 'timestamp ' meant? The name contains blanks or invisible characters: rename the column.")]
    [TestCase("RENAME (unit AS \"un\u200bit\")", @"is 'un\u200bit' meant? The name contains blanks or invisible characters: rename the column.")]
    [TestCase("RENAME (value AS \"\u00a0value\")", @"is '\u00a0value' meant? The name contains blanks or invisible characters: rename the column.")]
    [TestCase("RENAME (measurement_type AS MeasurementType)", "is 'MeasurementType' meant? Names must match exactly: rename the columns that are meant.")]
    [TestCase("RENAME (timestamp AS __index_level_0__)", "found nothing. '__index_level_0__' is the index of a pandas DataFrame, which has no name: write df.reset_index(names='timestamp') if it holds the times (preserve_index=False leaves an index out).")]
    [TestCase("REPLACE (1704067200000 AS timestamp)", "found INT64 INT_64. A number does not say which unit it counts: write times as TIMESTAMP (pandas: df['timestamp'] = pd.to_datetime(df['timestamp'], unit='s'), or 'ms').")]
    [TestCase("REPLACE (1704067200.5::DOUBLE AS timestamp)", "found DOUBLE. A number does not say which unit it counts: write times as TIMESTAMP (pandas: df['timestamp'] = pd.to_datetime(df['timestamp'], unit='s'), or 'ms').")]
    [TestCase("REPLACE ('1,5' AS value)", "found BYTE_ARRAY STRING. Write numbers as DOUBLE, not as text (pandas: df['value'] = pd.to_numeric(df['value'])).")]
    [TestCase("EXCLUDE (region)", "found nothing. A text or integer column with the same value in all rows can also be a segment of the key, such as 'region=SE/'.")]
    [TestCase("EXCLUDE (value)", "'value': expected a number (floating point, integer or decimal), found nothing.")]
    [TestCase("REPLACE (true AS unit)", "'unit': expected text, found BOOLEAN.")]
    public void A_remedy_is_given_where_the_cause_is_known(string change, string end)
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"SELECT * {change} FROM (SELECT {Good})");

        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path))!;

        Assert.That(failure.Message, Does.EndWith(end));
    }

    [Test]
    public void An_index_of_pandas_that_is_no_time_is_not_suggested()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"SELECT * EXCLUDE (timestamp), 1 AS __index_level_0__ FROM (SELECT {Good})");

        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path))!;

        Assert.That(failure.Message, Does.Not.Contain("__index_level_0__"));
    }

    [Test]
    public void The_key_is_not_offered_for_a_file_that_has_nothing_of_a_dataset()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", "SELECT 1 AS a, 2 AS b");

        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path))!;

        Assert.That(failure.Message, Does.Contain("6 columns are missing or invalid").And.Not.Contain("segment of the key"));
    }

    [Test]
    public async Task The_null_partition_is_a_null_and_not_a_missing_column()
    {
        using var folder = new Folder();
        string path = folder.Write("region=__HIVE_DEFAULT_PARTITION__/a.parquet", $"SELECT * EXCLUDE (region) FROM (SELECT {Good} FROM range(3))");

        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(rows.Select(r => r.Key.Region), Is.EqualTo(new string?[] { null, null, null }));
        Assert.That(rows.Select(r => r.SeriesFault), Is.All.EqualTo(RejectionReason.MissingDimension));
    }

    [Test]
    public async Task Segments_of_the_key_replace_missing_columns()
    {
        using var folder = new Folder();
        string path = folder.Write(
            "region=S%C3%BCd/unit=MW/measurement_type=demand/consumer_type=all/quality_flag=good/a.parquet",
            "SELECT TIMESTAMP '2024-01-01' AS timestamp, i::DOUBLE AS value FROM range(3) t(i)");

        List<Row> rows = await Reading.RowsAsync(path);

        Assert.That(rows.Select(r => r.Key), Is.All.EqualTo(new SeriesKey("Süd", "all", "demand", "good", "MW")));
        Assert.That(rows, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_column_of_the_file_wins_over_the_key()
    {
        using var folder = new Folder();
        string path = folder.Write("region=N/a.parquet", $"SELECT {Good}");

        Row row = (await Reading.RowsAsync(path)).Single();

        Assert.That(row.Key.Region, Is.EqualTo("SE"));
    }

    [Test]
    public void Time_and_value_never_come_from_the_key()
    {
        using var folder = new Folder();
        string path = folder.Write(
            "timestamp=2024-01-01/value=5/a.parquet", "SELECT 'SE' AS region, 'MW' AS unit, 'all' AS consumer_type, 'demand' AS measurement_type");

        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path))!;

        Assert.That(failure.Message, Does.Contain("2 columns are missing").And.Contain("'timestamp'").And.Contain("'value'"));
    }

    [Test]
    public async Task Columns_that_are_not_needed_may_be_anything_and_are_not_read()
    {
        using var folder = new Folder();
        const string Wide = "repeat(uuid()::VARCHAR, 50) AS wide";
        string narrow = folder.Write("narrow.parquet", $"SELECT {Good} FROM range(20000)");
        string wide = folder.Write(
            "wide.parquet", $"SELECT {Wide}, {Good}, {{'a': [1, 2], 'b': MAP {{'k': 1}}}} AS nested, INTERVAL 1 DAY AS span, true AS flag, uuid() AS id FROM range(20000)");
        await using IParquetFile file = await Reading.OpenAsync(wide);

        List<Row> rows = await ReadAll(file);

        Assert.That(rows, Has.Count.EqualTo(20_000));
        Assert.That(new FileInfo(wide).Length, Is.GreaterThan(10 * new FileInfo(narrow).Length));
        Assert.That(file.BytesRead, Is.LessThan(200_000));
    }

    [Test]
    public void Of_two_columns_with_one_name_none_is_chosen()
    {
        using var folder = new Folder();
        string path = folder.Write("a.parquet", $"SELECT {Good}, 2.0::DOUBLE AS wanted");
        byte[] bytes = File.ReadAllBytes(path);
        Replace(bytes, "wanted", "region");
        File.WriteAllBytes(path, bytes);

        SchemaMismatchException failure = Assert.ThrowsAsync<SchemaMismatchException>(() => Reading.OpenAsync(path))!;

        Assert.That(failure.Message, Does.Contain("'region': expected one column of this name, found 2"));
    }

    private static async Task<List<Row>> ReadAll(IParquetFile file)
    {
        var rows = new List<Row>();
        await foreach (MeasurementBatch batch in file.ReadAsync(0, Reading.Version, CancellationToken.None))
        {
            rows.AddRange(Enumerable.Range(0, batch.Count).Select(i => Reading.RowOf(batch, i)));
            batch.Dispose();
        }

        return rows;
    }

    private static void Replace(byte[] bytes, string from, string to)
    {
        byte[] old = System.Text.Encoding.UTF8.GetBytes(from);
        for (int at = bytes.AsSpan().IndexOf(old); at >= 0; at = bytes.AsSpan().IndexOf(old))
        {
            System.Text.Encoding.UTF8.GetBytes(to).CopyTo(bytes.AsSpan(at));
        }
    }
}
