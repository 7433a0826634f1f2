using System.Diagnostics;
using System.Runtime.InteropServices;
using Loader.Benchmarks.EndToEnd;

namespace Loader.Benchmarks.ColdStart;

/// <summary>Publishes a project as a native binary, which takes a minute the first time.</summary>
internal static class NativeBinary
{
    /// <summary>Publishes a project.</summary>
    /// <param name="project">The folder of the project in the repository, such as <c>src/Loader.Lambda</c>.</param>
    /// <param name="name">The name of the binary.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The path of the binary.</returns>
    public static async Task<string> PublishAsync(string project, string name, CancellationToken cancellationToken)
    {
        Progress.Say($"publishing {project}");
        string root = RepositoryRoot();
        string output = Path.Combine(root, "artifacts", "cold-start", name);
        string linker = File.Exists("/usr/bin/clang") ? "clang" : "gcc";
        string[] arguments =
        [
            "publish", Path.Combine(root, project), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", output,
            "-v", "quiet", "--nologo", $"-p:CppCompilerAndLinker={linker}",
        ];

        // Standard output is for results.
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        string messages = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? Path.Combine(output, name)
            : throw new InvalidOperationException($"{project} could not be published:{Environment.NewLine}{messages}");
    }

    /// <summary>Returns the folder of the repository that this program was built in.</summary>
    public static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Loader.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The program does not run from its build output in the repository.");
    }
}
