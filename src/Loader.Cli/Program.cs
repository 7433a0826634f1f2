using System.Text;
using Loader.Cli;
using Loader.Cli.Hosting;

// File names may contain any character; some consoles do not default to UTF-8.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var signals = StopSignals.Listen();
return await new CommandLineApp(CliHost.CreateForProcess(signals)).RunAsync(args).ConfigureAwait(false);
