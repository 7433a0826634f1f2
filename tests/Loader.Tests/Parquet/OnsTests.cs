using Loader.Domain;

namespace Loader.Tests.Parquet;

/// <summary>Real files: two years of hourly load in Brazil, written by Apache Arrow.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OnsTests
{
    [TestCase("2018", 35_040, 35_037, 554_065_102.033)]
    [TestCase("2023", 35_040, 35_040, 645_655_740.480)]
    public async Task A_year_of_hourly_load_is_read_to_its_last_row(string year, int rows, int values, double sum)
    {
        string folder = Path.Combine(RepositoryRoot(), "..", "shared", "data", "ons");
        if (!Directory.Exists(folder))
        {
            Assert.Ignore($"{folder} is not there.");
        }

        string[] files = [.. Directory.EnumerateFiles(folder, "*.parquet", SearchOption.AllDirectories).Where(f => f.Contains($"year={year}", StringComparison.Ordinal))];
        var read = new List<Row>();
        foreach (string file in files)
        {
            read.AddRange(await Reading.RowsAsync(file));
        }

        Assert.That(read, Has.Count.EqualTo(rows));
        Assert.That(read.Count(r => !double.IsNaN(r.Value)), Is.EqualTo(values));
        Assert.That(read.Where(r => !double.IsNaN(r.Value)).Sum(r => r.Value), Is.EqualTo(sum).Within(0.01));
        Assert.That(read.Select(r => r.Key).Distinct().Count(), Is.EqualTo(4));
        Assert.That(read.Select(r => r.Unit).Distinct(), Is.EqualTo(new[] { TimeUnit.Nanoseconds }));
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Loader.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("Loader.sln is in no folder above the tests.");
    }
}
