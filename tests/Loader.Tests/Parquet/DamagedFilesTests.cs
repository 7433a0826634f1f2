using System.Globalization;
using System.Text;
using Loader.Application.Results;

namespace Loader.Tests.Parquet;

/// <summary>
/// Files that are cut off, partly zeroed, or have flipped bits: each loads unchanged, is rejected with the documented error, or loads with other content
/// if no checksum can reveal the damage. The counts are printed and kept in docs/reliability.md.
/// </summary>
/// <remarks><c>LOADER_SEED</c> sets the seed, <c>LOADER_DAMAGED_FILES</c> the number of files.</remarks>
[NonParallelizable]
public sealed class DamagedFilesTests
{
    private const string Name = "damaged.parquet";
    private const int DefaultSeed = 20_240_607;
    private const int DefaultCount = 3_000;

    /// <summary>The limit for what reading one file may allocate; good files allocate a quarter of it.</summary>
    private const long MostBytesAllocated = 4 << 20;

    private readonly Folder _folder = new();
    private DamagedFile[] _files = [];

    private static int Seed => Setting("LOADER_SEED", DefaultSeed);

    [OneTimeSetUp]
    public async Task Write() => _files = await GoodFiles.WriteAsync(_folder);

    [OneTimeTearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    [CancelAfter(600_000)]
    public async Task A_damaged_file_loads_unchanged_or_is_rejected(CancellationToken cancellationToken)
    {
        var random = new Random(Seed);
        var split = new Split();
        int count = Setting("LOADER_DAMAGED_FILES", DefaultCount);
        for (int i = 0; i < count; i++)
        {
            DamagedFile file = _files[i % _files.Length];
            string kind = DamagedFile.Kinds[i / _files.Length % DamagedFile.Kinds.Count];
            await split.LoadAsync(file, kind, file.Damage(kind, random), $"seed {Seed}, file {i} ({file.Name}, {kind})", cancellationToken);
        }

        await TestContext.Out.WriteLineAsync($"seed {Seed}\n{split}");
        Assert.That(split.MostAllocated, Is.LessThan(MostBytesAllocated));
    }

    [Test]
    [CancelAfter(600_000)]
    public async Task With_page_checksums_no_changed_value_is_ever_loaded(CancellationToken cancellationToken)
    {
        const int PerFile = 400;
        var random = new Random(Seed);
        var split = new Split();
        foreach (DamagedFile file in _files.Where(f => f.HasChecksums))
        {
            for (int i = 0; i < PerFile; i++)
            {
                await split.LoadAsync(file, DamagedFile.BitInPageBody, file.Damage(DamagedFile.BitInPageBody, random), $"seed {Seed}, file {i} ({file.Name})", cancellationToken);
            }
        }

        await TestContext.Out.WriteLineAsync($"seed {Seed}\n{split}");
        Assert.That(split.Count(Outcome.OtherContent), Is.Zero);
        Assert.That(split.Count(Outcome.Refused), Is.GreaterThan(PerFile), "the damage was too small to show anything");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    private enum Outcome
    {
        AsItWas,
        Refused,
        OtherContent,
    }

    /// <summary>The outcomes by file and kind of damage.</summary>
    private sealed class Split
    {
        private readonly SortedDictionary<(string File, string Kind), int[]> _outcomes = [];

        public long MostAllocated { get; private set; }

        public int Count(Outcome outcome) => _outcomes.Values.Sum(c => c[(int)outcome]);

        public async Task LoadAsync(DamagedFile file, string kind, byte[] damaged, string context, CancellationToken cancellationToken)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Outcome outcome = await OutcomeAsync(file, damaged, context, cancellationToken);
            MostAllocated = Math.Max(MostAllocated, GC.GetAllocatedBytesForCurrentThread() - before);
            _outcomes.TryAdd((file.Name, kind), new int[3]);
            _outcomes[(file.Name, kind)][(int)outcome]++;
        }

        public override string ToString()
        {
            var text = new StringBuilder("| file | damage | files | as it was | refused | other content |\n|---|---|---|---|---|---|\n");
            foreach (((string file, string kind), int[] counts) in _outcomes)
            {
                AppendRow(text, file, kind, [counts]);
            }

            foreach (string kind in DamagedFile.Kinds.Where(kind => _outcomes.Keys.Any(o => o.Kind == kind)))
            {
                AppendRow(text, "**all**", kind, _outcomes.Where(o => o.Key.Kind == kind).Select(o => o.Value));
            }

            AppendRow(text, "**all**", "**all**", _outcomes.Values);
            return text.AppendLine(CultureInfo.InvariantCulture, $"most allocated for one file: {MostAllocated >> 10} KiB").ToString();
        }

        private static void AppendRow(StringBuilder text, string file, string kind, IEnumerable<int[]> rows)
        {
            int[] sums = [.. Enumerable.Range(0, 3).Select(outcome => rows.Sum(c => c[outcome]))];
            text.AppendLine(CultureInfo.InvariantCulture, $"| {file} | {kind} | {sums.Sum()} | {sums[0]} | {sums[1]} | {sums[2]} |");
        }

        private static async Task<Outcome> OutcomeAsync(DamagedFile file, byte[] damaged, string context, CancellationToken cancellationToken)
        {
            try
            {
                List<Row> rows = await Reading.RowsAsync(Name, damaged, cancellationToken);
                return rows.SequenceEqual(file.Rows) ? Outcome.AsItWas : Outcome.OtherContent;
            }
            catch (Exception exception) when (exception is SourceCorruptException or SchemaMismatchException)
            {
                Assert.That(exception.Message, Does.StartWith(Name), context);
                return Outcome.Refused;
            }
            catch (Exception exception)
            {
                throw new AssertionException($"{context}: {exception}", exception);
            }
        }
    }
}
