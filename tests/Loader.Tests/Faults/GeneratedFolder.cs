namespace Loader.Tests.Faults;

/// <summary>
/// A folder as people have them: one huge file among many tiny ones, files without rows, empty and broken files, all in random order. The
/// files hold values of the same few identities, so that many versions of each compete.
/// </summary>
/// <param name="Files">The files that can be loaded.</param>
/// <param name="Broken">The content of the files that cannot be loaded, by key.</param>
internal sealed record GeneratedFolder(IReadOnlyList<GeneratedFile> Files, IReadOnlyDictionary<string, byte[]> Broken)
{
    private const string Folder = "in/dataset=generation/";

    /// <summary>Gets the number of objects.</summary>
    public int Count => Files.Count + Broken.Count;

    /// <summary>Gets the number of rows that can be read.</summary>
    public int Rows => Files.Sum(file => file.Count);

    /// <summary>Creates a folder. The same random numbers give the same folder.</summary>
    /// <param name="random">The random numbers.</param>
    /// <param name="tiny">The number of tiny files.</param>
    /// <param name="hugeRowGroups">The number of row groups of the huge file.</param>
    /// <param name="newest">The latest time that a row may have.</param>
    public static GeneratedFolder Random(Random random, int tiny, int hugeRowGroups, DateTimeOffset newest)
    {
        var files = new List<GeneratedFile>();

        // Neither the place of a file in the listing nor its kind says how new it is.
        int[] names = [.. Enumerable.Range(0, tiny + 8)];
        random.Shuffle(names);
        int[] ages = [.. Enumerable.Range(0, tiny + 8)];
        random.Shuffle(ages);
        Add(Enumerable.Range(0, hugeRowGroups).Select(_ => Rows(random.Next(20, 120))));
        Add([]);
        Add([[]]);
        Add([[], Rows(3), []]);
        while (files.Count < tiny + 4)
        {
            Add(Enumerable.Range(0, random.Next(10) == 0 ? 2 : 1).Select(_ => Rows(random.Next(1, 8))));
        }

        byte[] whole = files[0].ToBytes();
        byte[] flipped = [.. whole];
        flipped[^6] ^= 0xff; // The length of the footer.
        var broken = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [KeyOf(files.Count)] = [],
            [KeyOf(files.Count + 1)] = "This is not Parquet."u8.ToArray(),
            [KeyOf(files.Count + 2)] = whole[..(whole.Length / 2)],
            [KeyOf(files.Count + 3)] = flipped,
        };
        return new GeneratedFolder(files, broken);

        IReadOnlyList<GeneratedRow> Rows(int count) => [.. Enumerable.Range(0, count).Select(_ => GeneratedFile.RandomRow(random, newest))];

        void Add(IEnumerable<IReadOnlyList<GeneratedRow>> rowGroups) =>
            files.Add(new GeneratedFile(KeyOf(files.Count), newest.AddDays(-10).AddSeconds(ages[files.Count]), [.. rowGroups]));

        string KeyOf(int number) => $"{Folder}{names[number]:0000}.parquet";
    }

    /// <summary>Writes the folder to disk.</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, Folder));
        foreach (GeneratedFile file in Files)
        {
            string path = Path.Combine(folder, file.Key);
            File.WriteAllBytes(path, file.ToBytes());
            File.SetLastWriteTimeUtc(path, file.LastModified.UtcDateTime);
        }

        foreach ((string key, byte[] content) in Broken)
        {
            File.WriteAllBytes(Path.Combine(folder, key), content);
        }
    }
}
