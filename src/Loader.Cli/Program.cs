using System.Runtime.CompilerServices;
using System.Text;
using Loader.Cli;
using Loader.Cli.Commands;
using Loader.Cli.Hosting;

if (OpenFileLimit.Check() is { } problem)
{
    Console.Error.WriteLine(problem);
    return ExitCode.Usage;
}

return await RunAsync(args).ConfigureAwait(false);

// A method of its own, because compiling it loads assemblies, for which there may be too few files.
[MethodImpl(MethodImplOptions.NoInlining)]
static async Task<int> RunAsync(string[] arguments)
{
    // File names may contain any character; some consoles do not default to UTF-8.
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    bool isAscii = !OperatingSystem.IsWindows() && AsciiText.IsNeeded(Environment.GetEnvironmentVariable);
    using var signals = StopSignals.Listen();
    using var output = new ResultWriter(isAscii ? new AsciiWriter(Console.Out) : Console.Out);
    using var error = new ResultWriter(isAscii ? new AsciiWriter(Console.Error) : Console.Error);
    int exit = await new CommandLineApp(CliHost.CreateForProcess(output, error, signals, isAscii)).RunAsync(arguments)
        .ConfigureAwait(false);
    output.Flush();
    if (output.Failure is not { } failure)
    {
        return exit;
    }

    error.WriteLine($"The result could not be written to standard output: {failure} (The command itself ended with exit code {exit}.)");
    return exit == ExitCode.Success ? ExitCode.Permanent : exit;
}
