using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Parquet;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>
/// Counts the write units of some inputs under several orders of rows, by a reckoning of its own that knows only the published formula: nothing of the encoder.
/// </summary>
internal static class WriteUnitComparison
{
    private const int RowsPerRequest = 100;
    private const int RecordBytes = 16; // time and value
    private const int MeasureNameBytes = 5;

    public static async Task<IReadOnlyList<WriteUnitResult>> RunAsync(InputFolder inputs, CancellationToken cancellationToken)
    {
        var results = new List<WriteUnitResult>
        {
            await CompareAsync("interleaved", [inputs.FileOf(InputShape.Interleaved, 2 * InputFolder.SmallRowGroup)], cancellationToken),
            await CompareAsync("10,000 short series", [inputs.FileOf(InputShape.ShortSeries, 2 * InputFolder.SmallRowGroup)], cancellationToken),
        };
        if (OnsFolder() is { } ons)
        {
            string[] files = [.. Directory.EnumerateFiles(ons, "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            results.Add(await CompareAsync("ONS hourly load", files, cancellationToken));
        }

        return results;
    }

    private static async Task<WriteUnitResult> CompareAsync(string input, string[] files, CancellationToken cancellationToken)
    {
        Progress.Say($"counting write units: {input}");
        var result = new WriteUnitResult { Input = input };
        foreach (string file in files)
        {
            var source = new ParquetSource(new SourceOptions(), new(() => throw new InvalidOperationException("The file is on disk.")));
            string dataset = HiveKey.Find(file, "dataset")!;
            await using IParquetFile open = await source.OpenAsync(
                SourceFile.OnDisk(file), DatasetType.All.Single(type => type.Name == dataset), cancellationToken);
            await foreach (MeasurementBatch batch in open.ReadAsync(0, new ObjectVersion(1), cancellationToken))
            {
                using (batch)
                {
                    result += Count(batch);
                }
            }
        }

        return result;
    }

    private static WriteUnitResult Count(MeasurementBatch batch)
    {
        MeasurementRules.Validate(batch, DestinationLimits.None);
        RejectionReason[] verdicts = batch.Verdicts.ToArray();
        int[] ids = batch.SeriesIds.ToArray();
        long[] times = batch.Times.ToArray();
        Dictionary<string, string>[] series = [.. batch.SeriesById.ToArray().Select(s => s.Dimensions.ToDictionary(d => d.Name, d => d.Value))];
        int[] file = [.. Enumerable.Range(0, batch.Count).Where(row => verdicts[row] == RejectionReason.None)];
        return new WriteUnitResult
        {
            Rows = file.Length,
            Plain = Units(file, ids, series, shares: false),
            InFileOrder = Units(file, ids, series),
            BySeriesAsMet = Units([.. file.OrderBy(row => ids[row]).ThenBy(row => times[row])], ids, series),
            ByFewestValuesFirst = Units(Sorted(file, ids, times, series, fewestFirst: true), ids, series),
            ByMostValuesFirst = Units(Sorted(file, ids, times, series, fewestFirst: false), ids, series),
        };
    }

    /// <summary>Rows by series and time, series by their dimensions' values: the dimension with the fewest values first, or that with the most.</summary>
    private static int[] Sorted(int[] rows, int[] ids, long[] times, Dictionary<string, string>[] series, bool fewestFirst)
    {
        string[] names = [.. series.SelectMany(s => s.Keys).Distinct().OrderBy(name => series.Select(s => s.GetValueOrDefault(name)).Distinct().Count())];
        IEnumerable<string> order = fewestFirst ? names : names.Reverse();
        int[] rank = new int[series.Length];
        IOrderedEnumerable<int> sorted = Enumerable.Range(0, series.Length).OrderBy(_ => 0);
        foreach (string name in order)
        {
            sorted = sorted.ThenBy(id => series[id].GetValueOrDefault(name), StringComparer.Ordinal);
        }

        foreach ((int place, int id) in sorted.Index())
        {
            rank[id] = place;
        }

        return [.. rows.OrderBy(row => rank[ids[row]]).ThenBy(row => times[row])];
    }

    /// <summary>Whole KiB of each request, rounded up; what all its records share counts once.</summary>
    private static long Units(int[] rows, int[] ids, Dictionary<string, string>[] series, bool shares = true) => rows.Chunk(RowsPerRequest).Sum(request =>
    {
        int[] present = [.. request.Select(row => ids[row]).Distinct()];
        string[] shared = shares ? [.. series[present[0]].Where(d => present.All(id => series[id].GetValueOrDefault(d.Key) == d.Value)).Select(d => d.Key)] : [];
        long common = shares ? MeasureNameBytes + shared.Sum(name => BytesOf(name, series[present[0]][name])) : 0;
        var own = present.ToDictionary(
            id => id,
            id => RecordBytes + (shares ? 0 : MeasureNameBytes) + series[id].Where(d => !shared.Contains(d.Key)).Sum(d => BytesOf(d.Key, d.Value)));
        return (common + request.Sum(row => own[ids[row]]) + 1023) / 1024;
    });

    private static long BytesOf(string name, string value) => System.Text.Encoding.UTF8.GetByteCount(name) + System.Text.Encoding.UTF8.GetByteCount(value);

    /// <summary>The folder with real input beside the project, where there is one.</summary>
    private static string? OnsFolder([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Loader.sln")))
        {
            folder = folder.Parent;
        }

        string? ons = folder?.Parent is { } beside ? Path.Combine(beside.FullName, "shared", "data", "ons") : null;
        return Directory.Exists(ons) ? ons : null;
    }
}
