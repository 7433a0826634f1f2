using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Cli.Checking;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Cli.Settings;
using Loader.Domain;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Loader.Cli.Commands;

/// <summary><c>loader check</c>: tells before a load whether it could work.</summary>
internal sealed class CheckCommand
{
    /// <summary>The text after the options in the command's help.</summary>
    public const string Notes =
        """
        Shows every setting and where it comes from, then checks credentials, region, endpoints and clock, the destination and its tables,
        the rights to write and to keep rejected rows, and with a source what a load would find there. Nothing is stored: the rights are
        shown by requests that the services must refuse. docs/check.md says what each check assumes.

        Examples:
          loader check
          loader check samples
          loader check s3://bucket/processed/ --sink timestream --rejected s3://bucket/rejected/
          loader check --sink influxdb --json
          loader check s3://bucket/processed/ --sink timestream --policy > policy.json
          loader check s3://bucket/processed/ --sink timestream --policy verify --account 123456789012

        Exit codes:
          0    no check failed; there may be warnings
          1    a check failed
          2    wrong usage, or the policy needs a setting that is missing or wrong
          130  interrupted
        """;

    private readonly Argument<string[]> _sources;
    private readonly DestinationOptions _destination = new();
    private readonly Option<DatasetType?> _dataset = SharedOptions.DatasetOfAllFiles();
    private readonly MappingOptions _mapping = new();
    private readonly Option<string?> _rejected = SharedOptions.Rejected();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _verbose;
    private readonly FilterOptions _filter;
    private readonly CliHost _host;

    private readonly Option<bool> _publish = new("--publish-test-metric")
    {
        Description = "Publish one metric to CloudWatch, which shows the right to publish; no alarm counts it",
    };

    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "Print the least IAM policy for these settings, to load (default) or to verify, and check nothing",
        HelpName = "load|verify",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _account = new("--account")
    {
        Description = "Account in the ARNs of the policy (default: that of the credentials)",
        HelpName = "ID",
    };

    private CheckCommand(CliHost host, Option<bool> verbose)
    {
        _host = host;
        _verbose = verbose;
        _filter = new FilterOptions(host);
        _sources = SharedOptions.Sources();
        _sources.Arity = ArgumentArity.ZeroOrMore;
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliHost host, Option<bool> verbose)
    {
        var check = new CheckCommand(host, verbose);
        var command = new Command("check", "Check whether a load could work, without storing anything")
        {
            check._sources, check._destination.Sink, check._destination.DuckDb, check._rejected, check._dataset, check._publish,
            check._policy, check._account, check._json,
        };
        check._filter.AddTo(command);
        check._mapping.AddTo(command, check._dataset, hasRange: true);
        command.Validators.Add(check.CheckOptions);
        command.SetAction((result, _) => check.ExecuteAsync(result));
        return command;
    }

    private void CheckOptions(CommandResult result)
    {
        _destination.CheckDuckDb(result);
        if (_destination.IsNone(result))
        {
            result.AddError("--sink none is no destination that can be checked; use 'loader validate' for the files alone.");
        }

        bool printsPolicy = result.GetResult(_policy) is { Implicit: false };
        if (result.GetResult(_policy) is { Tokens: [{ Value: var kind }] } && kind is not ("load" or "verify"))
        {
            result.AddError(PlainText.Escape($"--policy is '{kind}'; it must be load or verify. Put the source before the option."));
        }

        if (printsPolicy && (result.GetResult(_json) is { Implicit: false } || result.GetResult(_publish) is { Implicit: false }))
        {
            result.AddError("--policy prints a policy and checks nothing, so it cannot be used with --json or --publish-test-metric.");
        }

        if (result.GetResult(_account) is { Tokens: [{ Value: var account }] })
        {
            if (!printsPolicy)
            {
                result.AddError("--account can only be used with --policy.");
            }
            else if (account.Length != 12 || !account.All(char.IsAsciiDigit))
            {
                result.AddError(PlainText.Escape($"--account is '{account}'; it must be the 12 digits of an AWS account."));
            }
        }

        if (result.GetResult(_publish) is { Implicit: false } && _destination.FindSink(result) == SinkKind.DuckDb)
        {
            result.AddError("--publish-test-metric can only be used with --sink timestream or influxdb.");
        }
    }

    private async Task<int> ExecuteAsync(ParseResult result)
    {
        string rejected = result.GetValue(_rejected) ?? SharedOptions.DefaultRejected(_host);
        var settings = new CheckSettings(new LoadSettings
        {
            Sources = result.GetValue(_sources) ?? [],
            Filter = _filter.Get(result),
            Input = _host.Input,
            Sink = _destination.GetSink(result),
            DuckDbFile = _destination.GetDuckDbFile(result, _host),
            Dataset = result.GetValue(_dataset),
            MappingLocation = _mapping.GetLocation(result),
            Mappings = _mapping.GetMappings(result, result.GetValue(_dataset)),
            TimeRange = _mapping.GetRange(result),
            Rejected = rejected,
            Json = result.GetValue(_json),
            Verbose = result.GetValue(_verbose),
        })
        {
            Rejected = rejected,
            PublishesTestMetric = result.GetValue(_publish),
            SetByOptions = FindSetByOptions(result),
        };
        ServiceProvider services = LoaderServices.Build(_host, settings.Load);
        await using (services.ConfigureAwait(false))
        {
            var check = new SetupCheck(_host, settings, services, load => LoaderServices.Build(_host, load));
            return result.GetResult(_policy) is { Implicit: false }
                ? await PrintPolicyAsync(check, result.GetValue(_policy) == "verify", result.GetValue(_account)).ConfigureAwait(false)
                : await CheckAsync(check, settings).ConfigureAwait(false);
        }
    }

    private async Task<int> CheckAsync(SetupCheck check, CheckSettings settings)
    {
        IReadOnlyList<ShownSetting> shown = ShownSetting.List(
            check.Options, _host.Configuration, name => SourceOf(name, settings), settings.Load.Sink);
        var results = new List<CheckResult>();
        bool json = settings.Load.Json;
        if (!json)
        {
            CheckView.ShowSettings(_host.Output, shown);
        }

        try
        {
            await foreach (CheckResult found in check.RunAsync(_host.Signals.Stop).ConfigureAwait(false))
            {
                results.Add(found);
                if (!json)
                {
                    CheckView.Show(_host.Output, found);
                }
            }
        }
        catch (OperationCanceledException) when (_host.Signals.Stop.IsCancellationRequested)
        {
            Print(CheckDocument.From(shown, results, "Interrupted: not everything was checked."));
            _host.Error.MarkupLine("[yellow]Interrupted: not everything was checked.[/]");
            return ExitCode.Interrupted;
        }
        catch (LoadException failure)
        {
            // What is not a result of its own, such as an object that is replaced between two checks.
            results.Add(CheckResult.Failed("check", failure));
            if (!json)
            {
                CheckView.Show(_host.Output, results[^1]);
            }
        }

        Print(CheckDocument.From(shown, results));
        if (!json)
        {
            CheckView.ShowSummary(_host.Output, results);
        }

        return results.Exists(found => found.Status == CheckStatus.Failed) ? ExitCode.Permanent : ExitCode.Success;

        void Print(CheckDocument document)
        {
            if (json)
            {
                _host.Output.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(document, CheckJson.Default.CheckDocument));
            }
        }
    }

    private Dictionary<string, SettingOrigin> FindSetByOptions(ParseResult result)
    {
        // The option counts even if it has its default: SINK is a setting of functions and services.
        SettingOrigin sink = _host.Settings.OriginOf(result, _destination.Sink);
        var found = new Dictionary<string, SettingOrigin>
        {
            ["SINK"] = sink == SettingOrigin.Default ? SettingOrigin.Flag : sink,
        };
        (string Variable, Option Option)[] options = [("REJECTED_ROWS_LOCATION", _rejected), ("MAPPING_LOCATION", _mapping.Location)];
        foreach ((string variable, Option option) in options)
        {
            if (_host.Settings.OriginOf(result, option) is not SettingOrigin.Default and var origin)
            {
                found.Add(variable, origin);
            }
        }

        return found;
    }

    private string? SourceOf(string variable, CheckSettings settings) =>
        (settings.SetByOptions.TryGetValue(variable, out SettingOrigin origin) ? origin : _host.Settings.OriginOf(variable)) switch
        {
            SettingOrigin.Flag => "option",
            SettingOrigin.Environment => "environment",
            SettingOrigin.File => "settings file",
            _ => null,
        };

    private async Task<int> PrintPolicyAsync(SetupCheck check, bool verifies, string? account)
    {
        try
        {
            PolicyDocument policy = await check.CreatePolicyAsync(verifies, account, _host.Signals.Stop).ConfigureAwait(false);
            _host.Output.Profile.Out.Writer.WriteLine(policy.Json);
            foreach (string note in policy.Notes)
            {
                _host.Error.MarkupLine($"[yellow]note:[/] {ConsoleFormat.Escape(note)}");
            }

            return ExitCode.Success;
        }
        catch (LoadException failure)
        {
            return LoadExecution.PrintFailure(_host, json: false, failure);
        }
    }
}
