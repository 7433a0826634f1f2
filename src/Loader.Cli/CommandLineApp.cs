using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Diagnostics.CodeAnalysis;
using Loader.Application.Results;
using Loader.Cli.Commands;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli;

/// <summary>Parses the arguments, runs the command and returns the exit code.</summary>
internal sealed class CommandLineApp
{
    private const string About =
        "Moves processed energy measurements from Parquet files, on disk or in S3, into DuckDB, Amazon Timestream or InfluxDB. Every "
        + "row is counted, no row is lost, and every load can safely be run again.";

    private const string Notes =
        """
        First steps:
          loader check samples             check whether a load of the sample files could work
          loader load samples              load the sample files into energy.duckdb
          loader verify samples            compare what is stored with the sample files
          loader validate samples          check the sample files and estimate the cost of Timestream
          loader mapping suggest FILE      draft a mapping for a file whose columns have other names
          loader load --help               show all options of load, with examples
          loader completion --help         show how to complete commands and options in your shell
        """;

    private readonly CliHost _host;
    private readonly RootCommand _root;
    private readonly GlobalOptions _global;

    public CommandLineApp(CliHost host)
    {
        _host = host;
        Option<bool> verbose = SharedOptions.Verbose();
        Command load = LoadCommand.Create(host, verbose);
        Command verify = VerifyCommand.Create(host, verbose);
        Command validate = ValidateCommand.Create(host, verbose);
        Command setup = CheckCommand.Create(host, verbose);
        Command replay = ReplayCommand.Create(host, verbose);
        Command inspect = InspectCommand.Create(host, verbose);
        Command mapping = MappingCommand.Create(host, verbose, out Command check, out Command suggest);
        Command sample = SampleCommand.Create(host);
        Command backfill = BackfillCommand.Create(host, out Command estimate);
        _root = new RootCommand(About) { load, verify, validate, setup, replay, inspect, mapping, sample, backfill };
        _global = new GlobalOptions(verbose);
        _global.AddTo(_root);

        var notes = new Dictionary<Command, string>
        {
            [_root] = Notes,
            [load] = LoadCommand.Notes,
            [verify] = VerifyCommand.Notes,
            [validate] = ValidateCommand.Notes,
            [setup] = CheckCommand.Notes,
            [replay] = ReplayCommand.Notes,
            [inspect] = InspectCommand.Notes,
            [mapping] = MappingCommand.Notes,
            [check] = MappingCommand.CheckNotes,
            [suggest] = MappingCommand.SuggestNotes,
            [sample] = SampleCommand.Notes,
            [backfill] = BackfillCommand.Notes,
            [estimate] = BackfillCommand.EstimateNotes,
        };
        Command completion = CompletionCommand.Create(host, notes);
        notes.Add(completion, CompletionCommand.Notes);
        _root.Subcommands.Add(completion);
        _root.Subcommands.Add(ReferenceCommand.Create(host, notes));
        HelpOption help = _root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, notes);
        _root.Options.OfType<VersionOption>().Single().Action = new ProgramVersion.PrintAction();
    }

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        ParseResult parsed = Parse(arguments);
        if (parsed.Action is HelpWithExamples || !_global.AreGiven(parsed))
        {
            return await RunAsync(parsed, arguments).ConfigureAwait(false);
        }

        // The commands are built again, with a host that has the settings of the file, the log, and no progress in a quiet run.
        CliHost host;
        try
        {
            (host, arguments) = _global.ReadSettings(parsed, arguments, _host);
            host = _global.Apply(Parse(arguments), host);
        }
        catch (ConfigurationException wrong)
        {
            return LoadExecution.PrintFailure(_host, arguments.Contains(SharedOptions.JsonName), wrong);
        }

        try
        {
            var app = new CommandLineApp(host);
            return await app.RunAsync(app.Parse(arguments), arguments).ConfigureAwait(false);
        }
        finally
        {
            host.Log?.Close();
        }
    }

    // '@file' is an ordinary file name, not a response file.
    private ParseResult Parse(IReadOnlyList<string> arguments) =>
        _root.Parse(MarkFiles(arguments), new ParserConfiguration { ResponseFileTokenReplacer = null });

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "A bug also ends with a message and an exit code.")]
    private async Task<int> RunAsync(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        if (parsed.Action is ParseErrorAction usage)
        {
            return await PrintUsageErrorAsync(parsed, usage, arguments).ConfigureAwait(false);
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
        catch (Exception unexpected)
        {
            string detail = arguments.Contains(SharedOptions.VerboseName)
                ? unexpected.ToString()
                : $"{unexpected.GetType().Name}: {unexpected.Message}";
            _host.Error.MarkupLine(
                $"[red]This is a bug in the loader. Please report it with the output of --verbose.[/] {Markup.Escape(detail)}");
            if (arguments.Contains(SharedOptions.JsonName))
            {
                LoadExecution.PrintJson(_host, LoadDocument.FromError(unexpected.Message));
            }

            return ExitCode.Permanent;
        }
    }

    /// <summary>
    /// Returns the arguments with <c>./</c> before every one that begins with a dash and follows <c>--</c>, so that it is a file and not a
    /// mistyped option.
    /// </summary>
    private static IReadOnlyList<string> MarkFiles(IReadOnlyList<string> arguments)
    {
        int files = arguments.Index().FirstOrDefault(item => item.Item == "--", (Index: arguments.Count, Item: "")).Index + 1;
        return [.. arguments.Select((text, index) => index >= files && text.StartsWith('-') ? $"./{text}" : text)];
    }

    private async Task<int> PrintUsageErrorAsync(ParseResult parsed, ParseErrorAction usage, IReadOnlyList<string> arguments)
    {
        // Help goes to standard error with the message, so that standard output has only results.
        TextWriter writer = _host.Error.Profile.Out.Writer;
        usage.ShowHelp = arguments.Count == 0;
        usage.ShowTypoCorrections = true;
        await parsed.InvokeAsync(new InvocationConfiguration { Output = writer, Error = writer }).ConfigureAwait(false);
        if (arguments.Count > 0)
        {
            Command command = parsed.CommandResult.Command;
            string path = string.Concat(command.Parents.OfType<Command>().Where(parent => parent != _root).Append(command)
                .Where(part => part != _root).Select(part => part.Name + " "));
            _host.Error.MarkupLine($"Run 'loader {path}--help' to see the usage.");
        }

        if (arguments.Contains(SharedOptions.JsonName))
        {
            LoadExecution.PrintJson(
                _host, LoadDocument.FromError(PlainText.Escape(string.Join(' ', parsed.Errors.Select(error => error.Message)))));
        }

        return ExitCode.Usage;
    }
}
