using Loader.Domain;

namespace Loader.Benchmarks.Readers;

/// <summary>
/// What each reader does with damaged files: reads the original content, rejects the file, delivers other content, crashes or hangs.
/// </summary>
internal static class DamagedFilesComparison
{
    private static readonly string[] Texts =
        [ColumnNames.Region, ColumnNames.Unit, DatasetType.Consumption.SubjectColumn, ColumnNames.MeasurementType];

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Reads all files of a folder with each reader.</summary>
    /// <param name="folder">The folder: <c>good/NN.parquet</c>, <c>damaged/NNNN-NN.parquet</c> made of it, and
    /// <c>crafted/NNNN.parquet</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task RunAsync(string folder, CancellationToken cancellationToken)
    {
        string[] damaged = [.. Directory.GetFiles(Path.Combine(folder, "damaged")).Order(StringComparer.Ordinal)];
        string[] crafted = [.. Directory.GetFiles(Path.Combine(folder, "crafted")).Order(StringComparer.Ordinal)];
        Console.WriteLine("\n| reader | files | original content | rejected | other content | out of memory | crashed | hung | exceptions |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (string reader in ReadWithCommand.Readers.Take(3))
        {
            using var reads = new Reads(reader);
            Dictionary<string, ulong> originals = [];
            foreach (string good in Directory.GetFiles(Path.Combine(folder, "good")))
            {
                (Outcome outcome, ulong sum, string? error) = await reads.ReadAsync(good, cancellationToken);
                originals[Path.GetFileNameWithoutExtension(good)] = outcome == Outcome.Read
                    ? sum
                    : throw new InvalidOperationException($"{reader} does not read {good}: {error ?? outcome.ToString()}");
            }

            await CountAsync(reads, $"{reader} | {damaged.Length:N0} damaged", damaged, Original, cancellationToken);
            await CountAsync(reads, $"{reader} | {crafted.Length:N0} crafted", crafted, _ => null, cancellationToken);

            ulong? Original(string path) => originals[Path.GetFileNameWithoutExtension(path).Split('-')[1]];
        }
    }

    private static async Task CountAsync(
        Reads reads, string name, string[] files, Func<string, ulong?> original, CancellationToken cancellationToken)
    {
        int same = 0, other = 0;
        var outcomes = new int[5];
        var errors = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (string file in files)
        {
            (Outcome outcome, ulong sum, string? error) = await reads.ReadAsync(file, cancellationToken);
            outcomes[(int)outcome]++;
            if (outcome is Outcome.Crashed or Outcome.Hung)
            {
                errors[$"{outcome} by {Path.GetFileName(file)}"] = 1;
            }

            same += outcome == Outcome.Read && sum == original(file) ? 1 : 0;
            other += outcome == Outcome.Read && sum != original(file) ? 1 : 0;
            if (error is not null)
            {
                errors[error] = errors.GetValueOrDefault(error) + 1;
            }
        }

        string exceptions = string.Join(", ", errors.OrderByDescending(e => e.Value).Select(e => FormattableString.Invariant($"{e.Key} {e.Value}")));
        string failures = FormattableString.Invariant($"{Count(Outcome.OutOfMemory)} | {Count(Outcome.Crashed)} | {Count(Outcome.Hung)}");
        Console.WriteLine(FormattableString.Invariant($"| {name} | {same} | {Count(Outcome.Rejected)} | {other} | {failures} | {exceptions} |"));

        int Count(Outcome outcome) => outcomes[(int)outcome];
    }

    private enum Outcome
    {
        Read,
        Rejected,
        OutOfMemory,
        Crashed,
        Hung,
    }

    /// <summary>A process of the reader, started again after a crash or a hang.</summary>
    private sealed class Reads(string reader) : IDisposable
    {
        private ReaderProcess? _process;

        public async Task<(Outcome Outcome, ulong Sum, string? Error)> ReadAsync(string path, CancellationToken cancellationToken)
        {
            _process ??= new ReaderProcess(reader, Texts, isExact: true);
            try
            {
                if (await _process.ReadAsync(path, TimeLimit, cancellationToken) is { } result)
                {
                    Outcome outcome = result.Error switch
                    {
                        null => Outcome.Read,
                        nameof(OutOfMemoryException) => Outcome.OutOfMemory,
                        _ => Outcome.Rejected,
                    };
                    return (outcome, result.Sum, result.Error);
                }

                Dispose();
                return (Outcome.Crashed, 0, null);
            }
            catch (TimeoutException)
            {
                Dispose();
                return (Outcome.Hung, 0, null);
            }
        }

        public void Dispose()
        {
            _process?.Dispose();
            _process = null;
        }
    }
}
