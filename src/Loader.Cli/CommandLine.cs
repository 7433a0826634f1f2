using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Diagnostics.CodeAnalysis;
using Loader.Cli.Commands;
using Loader.Cli.Output;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli;

/// <summary>The command line: takes arguments apart, runs the command that they name, and gives the exit code.</summary>
internal sealed class CommandLine
{
    private const string About =
        "Moves processed energy measurements from Parquet files, on disk or in S3, into DuckDB or Amazon Timestream. No row is lost, every row is counted, every load can be run again.";

    private const string Notes =
        """
        First steps:
          loader load samples              loads the sample files into energy.duckdb
          loader validate samples          says what is in them and what Timestream would cost
          loader load --help               shows what else there is
        """;

    private readonly CliHost _host;
    private readonly RootCommand _root;

    public CommandLine(CliHost host)
    {
        _host = host;
        Option<bool> verbose = SharedOptions.Verbose();
        Command load = LoadCommand.Create(host, verbose);
        Command validate = ValidateCommand.Create(host, verbose);
        Command inspect = InspectCommand.Create(host, verbose);
        Command sample = SampleCommand.Create(host);
        _root = new RootCommand(About) { verbose, load, validate, inspect, sample };

        HelpOption help = _root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithNotes((HelpAction)help.Action!, new Dictionary<Command, string>
        {
            [_root] = Notes,
            [load] = LoadCommand.Notes,
            [validate] = ValidateCommand.Notes,
            [inspect] = InspectCommand.Notes,
            [sample] = SampleCommand.Notes,
        });
    }

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>The exit code.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A defect ends in a message and an exit code, too.")]
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        // '@file' is a name like any other.
        ParseResult parsed = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction usage)
        {
            return await RefuseAsync(parsed, usage, arguments).ConfigureAwait(false);
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = _host.Output.Profile.Out.Writer,
                Error = _host.Error.Profile.Out.Writer,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            }).ConfigureAwait(false);
        }
        catch (Exception defect)
        {
            string what = arguments.Contains(SharedOptions.VerboseName) ? defect.ToString() : $"{defect.GetType().Name}: {defect.Message}";
            _host.Error.MarkupLine($"[red]This is a defect of the loader; please report it with what --verbose prints.[/] {Markup.Escape(what)}");
            if (arguments.Contains(SharedOptions.JsonName))
            {
                RunCommand.Print(_host, RunDocument.OfFailure(defect.Message));
            }

            return ExitCode.Permanent;
        }
    }

    private async Task<int> RefuseAsync(ParseResult parsed, ParseErrorAction usage, IReadOnlyList<string> arguments)
    {
        // Help goes where the message goes: what is on standard output can be trusted to be a result.
        TextWriter error = _host.Error.Profile.Out.Writer;
        usage.ShowHelp = arguments.Count == 0;
        usage.ShowTypoCorrections = true;
        await parsed.InvokeAsync(new InvocationConfiguration { Output = error, Error = error }).ConfigureAwait(false);
        if (arguments.Count > 0)
        {
            Command command = parsed.CommandResult.Command;
            _host.Error.MarkupLine($"'loader {(command == _root ? "" : command.Name + " ")}--help' shows what is allowed.");
        }

        if (arguments.Contains(SharedOptions.JsonName))
        {
            RunCommand.Print(_host, RunDocument.OfFailure(PlainText.Escape(string.Join(' ', parsed.Errors.Select(fault => fault.Message)))));
        }

        return ExitCode.Usage;
    }
}
