using System.Text;
using Loader.Cli;

// Names of files may be in any script; the consoles of some systems default to less.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var signals = StopSignals.OfProcess();
return await new CommandLine(CliHost.OfProcess(signals)).RunAsync(args).ConfigureAwait(false);
