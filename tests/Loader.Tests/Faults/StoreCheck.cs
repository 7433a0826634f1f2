using System.Globalization;
using Loader.Domain;

namespace Loader.Tests.Faults;

/// <summary>Compares what a destination holds, and what a journal says of it, with the files.</summary>
internal static class StoreCheck
{
    /// <summary>The destination must hold the newest version of every identity, and every invalid row must be kept.</summary>
    public static void AssertComplete(IEnumerable<GeneratedFile> files, StoreContent content)
    {
        GeneratedFile[] all = [.. files];
        var expected = new Dictionary<RecordIdentity, StoredValue>();
        var invalid = new HashSet<RowPlace>();
        foreach (GeneratedFile file in all.OrderBy(file => file.LastModified))
        {
            foreach ((int number, IReadOnlyList<GeneratedRow> rows) in file.RowGroups.Index())
            {
                invalid.UnionWith(InvalidRows(file, number));
                foreach (GeneratedRow row in rows.Where(row => row.IsValid))
                {
                    expected[row.Identity] = new StoredValue(row.Value!.Value, VersionOf(file, number));
                }
            }
        }

        // EquivalentTo would compare every record with every other.
        Assert.That(expected.Where(pair => !content.Records.ContainsKey(pair.Key)), Is.Empty, "lost");
        Assert.That(content.Records.Where(pair => !expected.ContainsKey(pair.Key)), Is.Empty, "stored, but not in any file");
        Assert.That(expected.Where(pair => content.Records[pair.Key] != pair.Value), Is.Empty, "stored, but not with the newest value and version");
        Assert.That(invalid.Except(content.KeptRows), Is.Empty, "invalid rows that are not kept");
        Assert.That(content.KeptRows.Except(invalid), Is.Empty, "kept rows that are not invalid");
    }

    /// <summary>
    /// At any instant: every record comes from a file, and whatever the journal names is there: every valid row is stored, or a newer version
    /// of it is, and every invalid row is kept.
    /// </summary>
    public static void AssertHonest(IEnumerable<GeneratedFile> files, StoreContent content)
    {
        GeneratedFile[] all = [.. files];
        Assert.That(content.Journal.Keys.Except(all.Select(file => file.Key)), Is.Empty, "files in the journal that cannot have been loaded");
        var possible = new HashSet<(RecordIdentity, StoredValue)>();
        foreach (GeneratedFile file in all)
        {
            foreach ((int number, IReadOnlyList<GeneratedRow> rows) in file.RowGroups.Index())
            {
                Dictionary<RecordIdentity, StoredValue> stored = rows.Where(row => row.IsValid).GroupBy(row => row.Identity)
                    .ToDictionary(same => same.Key, same => new StoredValue(same.Last().Value!.Value, VersionOf(file, number)));
                possible.UnionWith(stored.Select(pair => (pair.Key, pair.Value)));
                if (!content.Journal.TryGetValue(file.Key, out int? upTo) || number >= (upTo ?? int.MaxValue))
                {
                    continue;
                }

                string name = string.Create(CultureInfo.InvariantCulture, $"row group {number} of {file.Key}, which the journal names as {(upTo is null ? "done" : $"done up to {upTo}")}");
                Assert.That(
                    stored.Where(pair => !content.Records.TryGetValue(pair.Key, out StoredValue value) || value.Version < pair.Value.Version),
                    Is.Empty,
                    "not stored: " + name);
                Assert.That(InvalidRows(file, number).Except(content.KeptRows), Is.Empty, "not kept: " + name);
            }
        }

        Assert.That(content.Records.Where(pair => !possible.Contains((pair.Key, pair.Value))), Is.Empty, "stored, but not in any file");
    }

    private static IEnumerable<RowPlace> InvalidRows(GeneratedFile file, int rowGroup) =>
        file.RowGroups[rowGroup].Index().Where(row => !row.Item.IsValid).Select(row => new RowPlace(file.Key, rowGroup, row.Index));

    private static long VersionOf(GeneratedFile file, int rowGroup) => ObjectVersion.FromLastModified(file.LastModified).ForRowGroup(rowGroup);
}

/// <summary>What a load has left.</summary>
/// <param name="Records">The stored records.</param>
/// <param name="KeptRows">The rows in the files of kept rows.</param>
/// <param name="Journal">The files in the journal, by key: the row group to resume at, or <see langword="null"/> for a file that is done.</param>
internal sealed record StoreContent(
    IReadOnlyDictionary<RecordIdentity, StoredValue> Records, IReadOnlySet<RowPlace> KeptRows, IReadOnlyDictionary<string, int?> Journal);

/// <summary>The value and version of a stored record.</summary>
internal readonly record struct StoredValue(double Value, long Version);

/// <summary>Where a row was first read.</summary>
internal readonly record struct RowPlace(string Key, int RowGroup, int Row);
