using System.Globalization;
using System.Numerics;
using Loader.Domain;
using ParquetSharp;

namespace Loader.Tests.Parquet;

/// <summary>Every pair of type, encoding, codec and page layout, written by Arrow C++ and compared with what DuckDB reads.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ArrowMatrixTests
{
    private const int Rows = 2_000;

    private static readonly (string Name, string Nanoseconds, Func<bool, ArrowColumn> Make)[] Times =
    [
        ("ms UTC", "epoch_ns(timestamp)", r => Time(ParquetSharp.TimeUnit.Millis, true, 1_000_000, r)),
        ("us local", "epoch_ns(timestamp)", r => Time(ParquetSharp.TimeUnit.Micros, false, 1_000, r)),
        ("ns UTC", "epoch_ns(timestamp)", r => Time(ParquetSharp.TimeUnit.Nanos, true, 1, r)),
        ("ns local", "epoch_ns(timestamp)", r => Time(ParquetSharp.TimeUnit.Nanos, false, 1, r)),
        ("int96", "epoch_ns(timestamp)", Int96Time),
        ("date", "epoch_ns(timestamp::TIMESTAMP)", DateColumn),
        ("text", "epoch_ns(timestamp::TIMESTAMPTZ)", r => ArrowColumn.OfText("timestamp", [.. Instants(r).Select(TextOf)], r)),
    ];

    private static readonly (string Name, Func<bool, ArrowColumn> Make)[] Values =
    [
        ("double", r => ArrowColumn.Of<double>("value", PhysicalType.Double, LogicalType.None(), Some(r, i => Math.Sqrt(i) * (1 - (2 * (i % 2)))), r)),
        ("float", r => ArrowColumn.Of<float>("value", PhysicalType.Float, LogicalType.None(), Some(r, i => MathF.Sqrt(i)), r)),
        ("int32", r => ArrowColumn.Of<int>("value", PhysicalType.Int32, LogicalType.None(), Some(r, i => (i * 1_000_003) - 1_000_000_000), r)),
        ("int64", r => ArrowColumn.Of<long>("value", PhysicalType.Int64, LogicalType.None(), Some(r, i => (i * 4_000_000_000_000_037L) - 4_000_000_000_000_000_000L), r)),
        ("int8", r => ArrowColumn.Of<int>("value", PhysicalType.Int32, LogicalType.Int(8, true), Some(r, i => (i % 256) - 128), r)),
        ("uint32", r => ArrowColumn.Of<int>("value", PhysicalType.Int32, LogicalType.Int(32, false), Some(r, i => unchecked((int)(i * 2_000_003u))), r)),
        ("uint64", r => ArrowColumn.Of<long>("value", PhysicalType.Int64, LogicalType.Int(64, false), Some(r, i => unchecked((long)((ulong)i * 9_000_000_000_000_037UL))), r)),
        ("decimal int32", r => ArrowColumn.Of<int>("value", PhysicalType.Int32, LogicalType.Decimal(9, 3), Some(r, i => (i * 400_001) - 400_000_000), r)),
        ("decimal int64", r => ArrowColumn.Of<long>("value", PhysicalType.Int64, LogicalType.Decimal(18, 7), Some(r, i => (i * 900_000_000_000_037L) - 900_000_000_000_000_000L), r)),
        ("decimal 16 bytes", r => ArrowColumn.OfBytes("value", PhysicalType.FixedLenByteArray, LogicalType.Decimal(38, 10), Decimals(r, 16), r, 16)),
        ("decimal 5 bytes", r => ArrowColumn.OfBytes("value", PhysicalType.FixedLenByteArray, LogicalType.Decimal(11, 2), Decimals(r, 5), r, 5)),
        ("decimal bytes", r => ArrowColumn.OfBytes("value", PhysicalType.ByteArray, LogicalType.Decimal(30, 6), Decimals(r, 0), r)),
        ("float16", r => ArrowColumn.OfBytes("value", PhysicalType.FixedLenByteArray, LogicalType.Float16(), [.. Some(r, i => (Half)(i / 8.0)).Select(h => h is { } half ? BitConverter.GetBytes(half) : null)], r, 2)),
    ];

    private static readonly (string Name, Func<bool, ArrowColumn> Make)[] Lines =
    [
        ("text", r => ArrowColumn.OfText("line_id", LineTexts(r), r)),
        ("enum", r => ArrowColumn.OfText("line_id", LineTexts(r), r, LogicalType.Enum())),
        ("bare bytes", r => ArrowColumn.OfText("line_id", LineTexts(r), r, LogicalType.None())),
        ("int32", r => ArrowColumn.Of<int>("line_id", PhysicalType.Int32, LogicalType.None(), Some(r, i => (i % 50) - 25), r)),
        ("uint64", r => ArrowColumn.Of<long>("line_id", PhysicalType.Int64, LogicalType.Int(64, false), Some(r, i => -(long)(i % 50)), r)),
    ];

    /// <summary>Codec, name.</summary>
    private static readonly Compression[] Codecs =
        [Compression.Uncompressed, Compression.Snappy, Compression.Gzip, Compression.Brotli, Compression.Zstd, Compression.Lz4];

    private static readonly string[] Encodings = ["dictionary", "small dictionary", "plain", "delta", "delta byte array", "byte stream split"];
    private static readonly ParquetDataPageVersion[] PageVersions = [ParquetDataPageVersion.V1, ParquetDataPageVersion.V2];
    private static readonly int[] PageBytes = [1 << 20, 600];
    private static readonly int[] RowsPerGroup = [int.MaxValue, 700, 1];

    public static IEnumerable<TestCaseData> Cases()
    {
        int[] sizes = [Times.Length, Values.Length, Lines.Length, Codecs.Length, Encodings.Length, PageVersions.Length, PageBytes.Length, RowsPerGroup.Length, 2, 2, 2];
        foreach (int[] c in Pairwise.Combinations(sizes, seed: 11))
        {
            yield return new TestCaseData(c).SetName(
                $"Arrow_writes {Times[c[0]].Name}, {Values[c[1]].Name}, line {Lines[c[2]].Name}, {Codecs[c[3]]}, {Encodings[c[4]]}, {PageVersions[c[5]]}, " +
                $"pages of {PageBytes[c[6]]}, groups of {RowsPerGroup[c[7]]}{(c[8] == 1 ? ", required" : "")}{(c[9] == 1 ? ", checksums" : "")}{(c[10] == 1 ? ", empty groups" : "")}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public async Task What_Arrow_writes_is_read_as_DuckDB_reads_it(int[] c)
    {
        using var folder = new Folder();
        bool isRequired = c[8] == 1;
        int rowsPerGroup = RowsPerGroup[c[7]];
        int rows = rowsPerGroup == 1 ? 40 : Rows;
        ArrowColumn[] columns =
        [
            Times[c[0]].Make(isRequired),
            ArrowColumn.OfText("region", [.. Some(isRequired, i => i % 7).Select(v => v is null ? null : $"Süd-{v}")], isRequired),
            Values[c[1]].Make(isRequired),
            ArrowColumn.OfText("unit", [.. Enumerable.Repeat("MW", Rows)], isRequired),
            Lines[c[2]].Make(isRequired),
            ArrowColumn.OfText("measurement_type", [.. Enumerable.Range(0, Rows).Select(i => i < 1_100 ? "flow" : "loss")], isRequired),
            ArrowColumn.OfText("quality_flag", [.. Enumerable.Repeat((string?)null, Rows)], isRequired: false),
        ];
        string encoding = Encodings[c[4]];
        var file = new ArrowFile([.. columns.Select(column => column with { Encoding = EncodingOf(column, encoding) })], rows)
        {
            Compression = Codecs[c[3]],
            PageVersion = PageVersions[c[5]],
            PageBytes = PageBytes[c[6]],
            RowsPerGroup = rowsPerGroup,
            UsesDictionary = encoding.EndsWith("dictionary", StringComparison.Ordinal),
            DictionaryBytes = encoding == "small dictionary" ? 200 : 1 << 20,
            HasChecksums = c[9] == 1,
            HasPageIndex = c[9] == 1,
            HasEmptyGroup = c[10] == 1,
        };
        string path = file.Write(folder.File("a.parquet"));

        string? twin = DuckDbReads(file)
            ? null
            : new ArrowFile([Times[c[0]].Name == "ns UTC" ? Time(ParquetSharp.TimeUnit.Nanos, false, 1, isRequired) : columns[0], .. columns[1..]], rows)
                .Write(folder.File("twin.parquet"));

        List<Row> read = await Comparison.AssertSameAsync(folder, path, DatasetType.Transmission, Times[c[0]].Nanoseconds, twin);

        Assert.That(read, Has.Count.EqualTo(rows));
    }

    /// <summary>DuckDB splits bytes of floating point only, knows no decimals in DELTA_LENGTH_BYTE_ARRAY, and cuts UTC times to microseconds.</summary>
    private static bool DuckDbReads(ArrowFile file) => !file.Columns.Any(column =>
        (column.Encoding == Encoding.ByteStreamSplit && column.Type is not (PhysicalType.Float or PhysicalType.Double))
        || (column.Encoding == Encoding.DeltaLengthByteArray && column.Name == "value")
        || (column.Name == "timestamp" && column.Logical is TimestampLogicalType { IsAdjustedToUtc: true, TimeUnit: ParquetSharp.TimeUnit.Nanos }));

    private static Encoding? EncodingOf(ArrowColumn column, string encoding) => (encoding, column.Type) switch
    {
        ("delta", PhysicalType.Int32 or PhysicalType.Int64) => Encoding.DeltaBinaryPacked,
        ("delta", PhysicalType.ByteArray) => Encoding.DeltaLengthByteArray,
        ("delta byte array", PhysicalType.ByteArray or PhysicalType.FixedLenByteArray) => Encoding.DeltaByteArray,
        ("byte stream split", PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Float or PhysicalType.Double) => Encoding.ByteStreamSplit,
        _ => null,
    };

    private static IReadOnlyList<T?> Some<T>(bool isRequired, Func<int, T> value)
        where T : struct => [.. Enumerable.Range(0, Rows).Select(i => !isRequired && i % 5 == 2 ? (T?)null : value(i))];

    private static string?[] LineTexts(bool isRequired) => [.. Some(isRequired, i => i % 50).Select(v => v is null ? null : $"L-{v}")];

    /// <summary>Quarter hours across a leap day, with nanoseconds, in ns since 1970.</summary>
    private static IReadOnlyList<long?> Instants(bool isRequired) =>
        Some(isRequired, i => 1_709_164_800_000_000_000L + (i * 900_000_000_000L) + ((long)(i % 1000) * 1_001_001));

    private static ArrowColumn Time(ParquetSharp.TimeUnit unit, bool isUtc, long divisor, bool isRequired) => ArrowColumn.Of<long>(
        "timestamp", PhysicalType.Int64, LogicalType.Timestamp(isUtc, unit), [.. Instants(isRequired).Select(t => t / divisor)], isRequired);

    /// <summary>DuckDB reads INT96 to the microsecond, so the instants are whole ones.</summary>
    private static ArrowColumn Int96Time(bool isRequired) => ArrowColumn.Of<Int96>(
        "timestamp",
        PhysicalType.Int96,
        LogicalType.None(),
        [.. Instants(isRequired).Select(t => t is { } instant ? Int96Of(instant / 1_000 * 1_000) : (Int96?)null)],
        isRequired);

    private static Int96 Int96Of(long instant)
    {
        (long day, long ofDay) = Math.DivRem(instant, 86_400_000_000_000);
        return new Int96((int)(uint)ofDay, (int)(uint)(ofDay >> 32), (int)day + 2_440_588);
    }

    private static ArrowColumn DateColumn(bool isRequired) =>
        ArrowColumn.Of<int>("timestamp", PhysicalType.Int32, LogicalType.Date(), Some(isRequired, i => i - 1_000), isRequired);

    private static string? TextOf(long? instant) => instant is { } ns
        ? DateTime.UnixEpoch.AddTicks(ns / 1_000 * 10).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
        : null;

    private static byte[]?[] Decimals(bool isRequired, int length) => [.. Some(isRequired, i => i).Select(i => i is { } number ? DecimalOf(number, length) : null)];

    private static byte[] DecimalOf(int i, int length)
    {
        BigInteger unscaled = length == 5 ? (i * 10_000_019L) - 9_000_000_000 : (BigInteger.Pow(3, i % 60) * (1 - (2 * (i % 2)))) + i;
        byte[] bytes = unscaled.ToByteArray(isBigEndian: true);
        return length == 0
            ? bytes
            : [.. Enumerable.Repeat(unscaled.Sign < 0 ? (byte)0xFF : (byte)0, length - bytes.Length), .. bytes];
    }
}
