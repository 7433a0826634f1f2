using Loader.Domain;

namespace Loader.Tests.Parquet;

/// <summary>Every pair of type, codec and layout, written by DuckDB.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DuckDbMatrixTests
{
    private const string Instant = "TIMESTAMP '1999-12-31 23:50:00' + INTERVAL (i * 37) SECOND + INTERVAL (i % 1000) MICROSECOND";

    private static readonly (string Name, string Time, string Nanoseconds)[] Times =
    [
        ("us", Instant, "epoch_ns(timestamp)"),
        ("ms", $"({Instant})::TIMESTAMP_MS", "epoch_ns(timestamp)"),
        ("ns", $"make_timestamp_ns(epoch_ns({Instant}) + i % 1000)", "epoch_ns(timestamp)"),
        ("utc", $"({Instant}) AT TIME ZONE 'UTC'", "epoch_ns(timestamp)"),
        ("date", $"({Instant})::DATE + (i % 400)::INTEGER", "epoch_ns(timestamp::TIMESTAMP)"),
        ("text", $"strftime({Instant}, '%Y-%m-%d %H:%M:%S.%f')", "epoch_ns(timestamp::TIMESTAMP)"),
        ("text offset", $"strftime({Instant}, '%Y-%m-%dT%H:%M:%S.%f') || '-03:00'", "epoch_ns(timestamp::TIMESTAMPTZ)"),
    ];

    private static readonly string[] Values =
    [
        "(sqrt(i) * (1 - 2 * (i % 2)))::DOUBLE", "(sqrt(i) * (1 - 2 * (i % 2)))::FLOAT", "(i % 256 - 128)::TINYINT", "(i * 13 - 30000)::SMALLINT",
        "(i * 858993 - 2147483648)::INTEGER", "(i * 3074457345618258 - 4611686018427387)::BIGINT", "(i % 256)::UTINYINT", "(i * 13)::USMALLINT",
        "(i * 858993)::UINTEGER", "(i::HUGEINT * 3689348814741910)::UBIGINT", "(i::HUGEINT * 170141183460469231731)::HUGEINT",
        "(sqrt(i) * 10 - 50)::DECIMAL(4, 1)", "(sqrt(i) * 100000 - 5000000)::DECIMAL(9, 2)",
        "(i * 20000000000.0137 - 50000000000000)::DECIMAL(18, 4)", "(i * 1234567890123456.7891)::DECIMAL(38, 10)",
        "(CASE i % 4 WHEN 0 THEN 'inf' WHEN 1 THEN '-inf' WHEN 2 THEN '-0.0' ELSE '5e-324' END)::DOUBLE",
    ];

    private static readonly string[] Lines = ["VARCHAR", "INTEGER", "BIGINT", "UINTEGER", "UBIGINT", "SMALLINT"];
    private static readonly string[] Codecs = ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"];
    private static readonly string[] Versions = ["V1", "V2"];
    private static readonly int[] RowGroups = [1024, 122_880];
    private static readonly int[] DictionaryLimits = [0, 100_000];
    private static readonly int[] NullEvery = [0, 3];

    public static IEnumerable<TestCaseData> Cases()
    {
        foreach (int[] c in Pairwise.Combinations(
            [Times.Length, Values.Length, Lines.Length, Codecs.Length, Versions.Length, RowGroups.Length, DictionaryLimits.Length, NullEvery.Length], seed: 7))
        {
            yield return new TestCaseData(
                Times[c[0]].Time, Times[c[0]].Nanoseconds, Values[c[1]], Lines[c[2]], Codecs[c[3]], Versions[c[4]], RowGroups[c[5]], DictionaryLimits[c[6]], NullEvery[c[7]])
                .SetName($"DuckDB_writes {Times[c[0]].Name}, {Values[c[1]]}, line {Lines[c[2]]}, {Codecs[c[3]]}, {Versions[c[4]]}, groups of {RowGroups[c[5]]}, dictionary {DictionaryLimits[c[6]]}, null every {NullEvery[c[7]]}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public async Task What_DuckDB_writes_is_read_as_DuckDB_reads_it(
        string time, string nanoseconds, string value, string line, string codec, string version, int rowGroup, int dictionaryLimit, int nullEvery)
    {
        using var folder = new Folder();
        string path = folder.Write(
            "a.parquet",
            $"""
            SELECT {Nullable(time)} AS timestamp, {Nullable(value)} AS value, {Nullable("'R' || (i % 5)")} AS region,
                'MW' AS unit, {Nullable($"(i % 120)::{line}")} AS line_id, {Nullable("CASE WHEN i < 1500 THEN 'flow' ELSE 'loss' END")} AS measurement_type,
                {Nullable("CASE i % 3 WHEN 0 THEN 'good' WHEN 1 THEN 'geschätzt' ELSE '推定' END")} AS quality_flag, [i, 1] AS ignored, 'x' AS "a b"
            FROM range(3000) t(i)
            """,
            $"CODEC '{codec}', PARQUET_VERSION '{version}', ROW_GROUP_SIZE {rowGroup}, DICTIONARY_SIZE_LIMIT {dictionaryLimit}");

        List<Row> rows = await Comparison.AssertSameAsync(folder, path, DatasetType.Transmission, nanoseconds);

        Assert.That(rows, Has.Count.EqualTo(3000));

        string Nullable(string expression) => nullEvery == 0 ? expression : $"CASE WHEN hash(i, {expression.Length}) % {nullEvery} = 0 THEN NULL ELSE {expression} END";
    }
}
