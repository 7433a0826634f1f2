using System.Globalization;
using System.Text;
using Loader.Application.Failures;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using ParquetSharp;
using Encoding = ParquetSharp.Encoding;

namespace Loader.Tests.Parquet;

/// <summary>
/// Truncated and bit-flipped files: each loads as it was, or is refused with the documented error, or loads with other content where no checksum could
/// reveal it. The split is printed and kept in docs/reliability.md.
/// </summary>
/// <remarks><c>LOADER_SEED</c> takes another seed, or <c>random</c>; <c>LOADER_MUTANTS</c> another number.</remarks>
[NonParallelizable]
public sealed class MutantTests
{
    private const int DefaultSeed = 20_240_607;
    private const int DefaultCount = 2_400;
    private const long MostBytesAllocated = 1L << 30;
    private const int Rows = 400;

    private static readonly string[] Kinds = ["truncated", "zeroed", "bit in data", "bit in page header", "bit in footer"];

    private readonly Folder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    [CancelAfter(600_000)]
    public async Task A_damaged_file_loads_as_it_was_or_is_refused(CancellationToken cancellationToken)
    {
        int seed = Setting("LOADER_SEED", DefaultSeed);
        int count = Setting("LOADER_MUTANTS", DefaultCount);
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        Original[] originals = [.. await Task.WhenAll(Files().Select(ReadAsync))];
        var split = new SortedDictionary<(string File, string Kind), int[]>();
        long most = 0;
        for (int i = 0; i < count; i++)
        {
            Original original = originals[i % originals.Length];
            string kind = Kinds[i / originals.Length % Kinds.Length];
            byte[] mutant = Mutate(original, kind, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Outcome outcome = await LoadAsync(original, mutant, $"seed {seed}, mutant {i} ({original.Name}, {kind})", cancellationToken);
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            split.TryAdd((original.Name, kind), new int[3]);
            split[(original.Name, kind)][(int)outcome]++;
        }

        await TestContext.Out.WriteLineAsync(Describe(split, most));
        Assert.That(most, Is.LessThan(MostBytesAllocated));
        Assert.That(
            split.Where(s => s.Key.File.Contains("checksums", StringComparison.Ordinal) && s.Key.Kind == "bit in data").Sum(s => s.Value[(int)Outcome.OtherContent]),
            Is.Zero,
            "page checksums reveal every flipped bit of data");
    }

    /// <summary>Every codec, encoding and page version once, and both writers.</summary>
    private IEnumerable<(string Name, string Path)> Files()
    {
        yield return ("arrow none dictionary v1", Arrow("a", Compression.Uncompressed, ParquetDataPageVersion.V1, null, false));
        yield return ("arrow snappy dictionary v2", Arrow("b", Compression.Snappy, ParquetDataPageVersion.V2, null, false));
        yield return ("arrow zstd delta v1", Arrow("c", Compression.Zstd, ParquetDataPageVersion.V1, "delta", false));
        yield return ("arrow gzip plain v1", Arrow("d", Compression.Gzip, ParquetDataPageVersion.V1, "plain", false));
        yield return ("arrow lz4 dictionary v1 checksums", Arrow("e", Compression.Lz4, ParquetDataPageVersion.V1, null, true));
        yield return ("arrow none delta v2 checksums", Arrow("f", Compression.Uncompressed, ParquetDataPageVersion.V2, "delta", true));
        yield return ("arrow brotli split v2", Arrow("g", Compression.Brotli, ParquetDataPageVersion.V2, "split", false));
        yield return ("duckdb snappy v1", _folder.Write("h.parquet", DuckDbRows, "ROW_GROUP_SIZE 2048"));
    }

    private const string DuckDbRows =
        """
        SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, CASE WHEN i % 9 = 0 THEN NULL ELSE i * 0.5 END AS value, 'R' || (i % 4) AS region, 'MW' AS unit,
            'type' || (i % 30) AS consumer_type, 'demand' AS measurement_type, i AS ignored FROM range(400) t(i)
        """;

    private string Arrow(string name, Compression compression, ParquetDataPageVersion version, string? encoding, bool hasChecksums)
    {
        long?[] times = [.. Enumerable.Range(0, Rows).Select(i => (long?)(1_704_067_200_000_000 + (i * 3_600_000_000L)))];
        ArrowColumn[] columns =
        [
            ArrowColumn.Of("timestamp", PhysicalType.Int64, LogicalType.Timestamp(true, ParquetSharp.TimeUnit.Micros), times, isRequired: true) with
            {
                Encoding = encoding == "delta" ? Encoding.DeltaBinaryPacked : encoding == "split" ? Encoding.ByteStreamSplit : null,
            },
            ArrowColumn.Of<double>("value", PhysicalType.Double, LogicalType.None(), [.. Enumerable.Range(0, Rows).Select(i => i % 7 == 0 ? (double?)null : Math.Sqrt(i))], isRequired: false) with
            {
                Encoding = encoding == "split" ? Encoding.ByteStreamSplit : null,
            },
            Text("region", i => $"R{i % 4}", encoding == "delta" ? Encoding.DeltaByteArray : null),
            Text("unit", _ => "MW", null),
            Text("consumer_type", i => i % 11 == 0 ? null : $"type {i % 30}", encoding == "delta" ? Encoding.DeltaLengthByteArray : null),
            Text("measurement_type", i => i < 250 ? "demand" : "forecast", null),
            Text("ignored", i => $"{i}", null),
        ];
        return new ArrowFile(columns, Rows)
        {
            Compression = compression,
            PageVersion = version,
            UsesDictionary = encoding != "plain",
            PageBytes = 500,
            RowsPerGroup = 150,
            HasChecksums = hasChecksums,
        }.Write(_folder.File($"{name}.parquet"));

        static ArrowColumn Text(string name, Func<int, string?> value, Encoding? encoding) =>
            ArrowColumn.OfText(name, [.. Enumerable.Range(0, Rows).Select(value)], isRequired: false) with { Encoding = encoding };
    }

    private static async Task<Original> ReadAsync((string Name, string Path) file)
    {
        byte[] bytes = await File.ReadAllBytesAsync(file.Path);
        await using var source = new MemoryBytes(bytes);
        await source.OpenAsync(CancellationToken.None);
        FileLayout layout = await FileLayout.ReadAsync(source, CancellationToken.None);
        var headers = new List<int>();
        foreach (var chunk in layout.Footer.RowGroups.SelectMany(g => g.Chunks))
        {
            for (long at = chunk.Start; at < chunk.Start + chunk.CompressedSize;)
            {
                var header = Infrastructure.Parquet.Format.PageHeaderReader.Read(bytes.AsSpan(0, (int)(chunk.Start + chunk.CompressedSize)), (int)at);
                headers.AddRange(Enumerable.Range((int)at, header.BodyOffset - (int)at));
                at = header.BodyOffset + header.CompressedSize;
            }
        }

        return new Original(file.Name, bytes, await RowsAsync(bytes, CancellationToken.None), (int)layout.DataEnd, headers);
    }

    private static byte[] Mutate(Original original, string kind, Random random)
    {
        byte[] mutant = [.. original.Bytes];
        switch (kind)
        {
            case "truncated":
                return mutant[..random.Next(mutant.Length)];
            case "zeroed":
                int from = random.Next(mutant.Length);
                mutant.AsSpan(from, Math.Min(mutant.Length - from, random.Next(1, 64))).Clear();
                return mutant;
            case "bit in data":
                return Flip(mutant, random.Next(4, original.FooterOffset), random);
            case "bit in page header":
                return Flip(mutant, original.PageHeaders[random.Next(original.PageHeaders.Count)], random);
            default:
                return Flip(mutant, random.Next(original.FooterOffset, mutant.Length), random);
        }
    }

    private static byte[] Flip(byte[] bytes, int at, Random random)
    {
        bytes[at] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static async Task<Outcome> LoadAsync(Original original, byte[] mutant, string name, CancellationToken cancellationToken)
    {
        try
        {
            List<Row> rows = await RowsAsync(mutant, cancellationToken);
            return rows.SequenceEqual(original.Rows) ? Outcome.AsItWas : Outcome.OtherContent;
        }
        catch (Exception exception) when (exception is SourceCorruptException or SchemaMismatchException)
        {
            Assert.That(exception.Message, Does.StartWith("mutant.parquet"), name);
            return Outcome.Refused;
        }
        catch (Exception exception)
        {
            throw new AssertionException($"{name}: {exception}", exception);
        }
    }

    private static async Task<List<Row>> RowsAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var source = new ParquetSource(new SourceOptions(), Reading.NoS3);
        await using IParquetFile file = await source.OpenAsync(SourceFile.OnDisk("mutant.parquet"), DatasetType.Consumption, new MemoryBytes(bytes), cancellationToken);
        var rows = new List<Row>();
        await foreach (MeasurementBatch batch in file.ReadAsync(0, Reading.Version, cancellationToken))
        {
            using (batch)
            {
                rows.AddRange(Enumerable.Range(0, batch.Count).Select(i => Reading.RowOf(batch, i)));
            }
        }

        return rows;
    }

    private static string Describe(SortedDictionary<(string File, string Kind), int[]> split, long most)
    {
        var text = new StringBuilder("| file | damage | as it was | refused | other content |\n|---|---|---|---|---|\n");
        foreach (((string file, string kind), int[] counts) in split)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {file} | {kind} | {counts[0]} | {counts[1]} | {counts[2]} |");
        }

        foreach (string kind in Kinds)
        {
            int[][] ofKind = [.. split.Where(s => s.Key.Kind == kind).Select(s => s.Value)];
            text.AppendLine(CultureInfo.InvariantCulture, $"| **all** | {kind} | {ofKind.Sum(c => c[0])} | {ofKind.Sum(c => c[1])} | {ofKind.Sum(c => c[2])} |");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"| **all** | **all** | {split.Values.Sum(c => c[0])} | {split.Values.Sum(c => c[1])} | {split.Values.Sum(c => c[2])} |");
        return text.AppendLine(CultureInfo.InvariantCulture, $"most allocated for one file: {most >> 10} KiB").ToString();
    }

    private static int Setting(string name, int otherwise) => Environment.GetEnvironmentVariable(name) switch
    {
        null or "" => otherwise,
        "random" => Environment.TickCount,
        var text => int.Parse(text, CultureInfo.InvariantCulture),
    };

    private enum Outcome
    {
        AsItWas,
        Refused,
        OtherContent,
    }

    private sealed record Original(string Name, byte[] Bytes, List<Row> Rows, int FooterOffset, List<int> PageHeaders);
}
