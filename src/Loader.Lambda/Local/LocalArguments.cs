using System.Globalization;
using Loader.Domain;

namespace Loader.Lambda.Local;

/// <summary>The arguments of a local run, which passes one event to a function without Lambda.</summary>
/// <remarks>Parsed by hand: the library of the command line would make the binary larger, which Lambda loads at every start.</remarks>
/// <param name="EventFile">The path of the event, or <c>-</c> for standard input.</param>
internal sealed record LocalArguments(string EventFile)
{
    /// <summary>The longest timeout of a function in seconds (Lambda Developer Guide, "Lambda quotas").</summary>
    private const int MaxTimeoutSeconds = 900;

    /// <summary>The text of <c>--help</c>.</summary>
    public const string Help =
        """
        Runs one event through a function, without Lambda.

        Usage:
          bootstrap [options] <event>

        Arguments:
          <event>              JSON file that contains the event, or - for standard input

        Options:
          --handler NAME       LoadFromS3Event or LoadFromStepFunctions (default: ANNOTATIONS_HANDLER, or _HANDLER if it is not set)
          --timeout SECONDS    Timeout of the function, 1 to 900; the load stops before it (default: 900)
          --metrics            Publish metrics to CloudWatch, as the function does in Lambda. Alarms on them count this load
          --help               Show this text

        Settings are the environment variables of the function. The destination is printed first, to standard error, and so are the logs.
        The response, or the error that Lambda would receive, is printed to standard output.

        Exit codes: 0 the function returned a response, 1 it failed or could not start, 2 wrong usage.
        """;

    /// <summary>Gets the name of the function, or <see langword="null"/> to take it from the environment.</summary>
    public string? Handler { get; init; }

    /// <summary>Gets the timeout of the function.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(MaxTimeoutSeconds);

    /// <summary>Gets a value indicating whether metrics are published.</summary>
    public bool PublishesMetrics { get; init; }

    /// <summary>Returns whether the arguments ask for help.</summary>
    /// <param name="arguments">The arguments of the process.</param>
    public static bool AskForHelp(ReadOnlySpan<string> arguments) => arguments.ContainsAny("--help", "-h", "-?");

    /// <summary>Parses the arguments.</summary>
    /// <param name="arguments">The arguments of the process.</param>
    /// <param name="fault">What is wrong with the arguments, or <see langword="null"/>.</param>
    /// <returns>The parsed arguments, or <see langword="null"/> if they are wrong.</returns>
    public static LocalArguments? Parse(ReadOnlySpan<string> arguments, out string? fault)
    {
        fault = null;
        var parsed = new LocalArguments("");
        for (int i = 0; i < arguments.Length && fault is null; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith('-') || argument == "-")
            {
                fault = argument.Length == 0 ? "The event is an empty argument. Name a file, or - for standard input."
                    : parsed.EventFile.Length > 0 ? $"'{PlainText.Escape(argument)}' is a second event. Run one event at a time."
                    : null;
                parsed = parsed with { EventFile = argument };
                continue;
            }

            // Both forms are common: --timeout 60 and --timeout=60.
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            string? value = equals < 0 ? null : argument[(equals + 1)..];
            switch (name)
            {
                case "--metrics" when value is null:
                    parsed = parsed with { PublishesMetrics = true };
                    break;
                case "--metrics":
                    fault = "--metrics takes no value.";
                    break;
                case "--handler" or "--timeout":
                    value ??= i + 1 < arguments.Length ? arguments[++i] : "";
                    parsed = name == "--handler" ? parsed.WithHandler(value, out fault) : parsed.WithTimeout(value, out fault);
                    break;
                default:
                    fault = $"'{PlainText.Escape(name)}' is not an option. The options are --handler, --timeout, --metrics and --help.";
                    break;
            }
        }

        if (fault is null && parsed.EventFile.Length == 0)
        {
            fault = "No event is given. Name a file that contains one, or - for standard input.";
        }

        return fault is null ? parsed : null;
    }

    private LocalArguments WithHandler(string name, out string? fault)
    {
        fault = name is "LoadFromS3Event" or "LoadFromStepFunctions"
            ? null
            : $"--handler is '{PlainText.Escape(name)}'; allowed are LoadFromS3Event and LoadFromStepFunctions.";
        return this with { Handler = name };
    }

    private LocalArguments WithTimeout(string text, out string? fault)
    {
        bool isValid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            && seconds is >= 1 and <= MaxTimeoutSeconds;
        fault = isValid
            ? null
            : $"--timeout is '{PlainText.Escape(text)}'; allowed is a whole number of seconds from 1 to {MaxTimeoutSeconds}.";
        return this with { Timeout = TimeSpan.FromSeconds(seconds) };
    }
}
