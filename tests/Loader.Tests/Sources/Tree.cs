using System.Diagnostics;
using Amazon.S3;
using Loader.Infrastructure.Sources;

namespace Loader.Tests.Sources;

/// <summary>A temporary folder with empty files, links and other entries, and what a listing finds in it.</summary>
internal sealed class Tree : IDisposable
{
    public Tree(params string[] files)
    {
        foreach (string file in files)
        {
            File(file);
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("loader-tree-").FullName;

    public string PathOf(string below) => Path.Combine(Root, below);

    public string File(string below)
    {
        string path = PathOf(below);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, "");
        return path;
    }

    /// <summary>Creates a link, whose target need not exist.</summary>
    public Tree Link(string below, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(below))!);
        System.IO.File.CreateSymbolicLink(PathOf(below), target);
        return this;
    }

    /// <summary>Creates a named pipe, or skips the test where there are none.</summary>
    public Tree Pipe(string below)
    {
        Shell("mkfifo \"$1\"", PathOf(below));
        return this;
    }

    /// <summary>Runs a script with the tree as its current folder, or skips the test where there is no shell.</summary>
    public void Shell(string script, string argument = "")
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no named pipes on disk and no names that are not Unicode.");
        }

        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script, "sh", argument]) { WorkingDirectory = Root })!;
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, script);
    }

    /// <summary>Lists a folder of the tree.</summary>
    /// <returns>One text for each entry: the path below the tree, and the reason if it is skipped, or the failure's name.</returns>
    public async Task<string[]> ListAsync(string below = "")
    {
        var found = new List<string>();
        await foreach (SourceEntry entry in Listing.ListAsync(PathOf(below), CancellationToken.None))
        {
            string name = Path.GetRelativePath(Root, entry.File.Key).Replace('\\', '/');
            found.Add(entry.SkippedBecause is { } reason ? $"{name}: {reason}" : entry.Failure is { } failure ? $"{name}: {failure.GetType().Name}" : name);
        }

        return [.. found];
    }

    public static SourceListing Listing { get; } = new(new Lazy<IAmazonS3>(() => throw new InvalidOperationException("Nothing here is in S3.")));

    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.Delete(Root, recursive: true);
            return;
        }

        // .NET cannot delete names that are not UTF-8.
        using var process = Process.Start("/bin/rm", ["-rf", "--", Root]);
        process.WaitForExit();
    }
}
