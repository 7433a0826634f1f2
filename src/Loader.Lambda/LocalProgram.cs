using System.Diagnostics.CodeAnalysis;
using Loader.Lambda.Local;
using Loader.Lambda.Logging;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda;

/// <summary>
/// The entry point outside Lambda: runs one event through a function and prints what Lambda would receive. Nothing here runs in Lambda.
/// </summary>
internal static class LocalProgram
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    /// <summary>Runs the event that the arguments name.</summary>
    /// <param name="arguments">The arguments of the process.</param>
    /// <param name="environment">The environment variables that Lambda sets; each may be missing here.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, LambdaEnvironment environment)
    {
        if (LocalArguments.AskForHelp(arguments))
        {
            await Console.Out.WriteLineAsync(LocalArguments.Help).ConfigureAwait(false);
            return 0;
        }

        LocalArguments? parsed = LocalArguments.Parse(arguments, out string? fault);
        if (parsed is { Handler: null } && environment.Handler is null)
        {
            fault = $"No function is named. Use --handler {nameof(Functions.LoadFromS3Event)} or "
                + $"--handler {nameof(Functions.LoadFromStepFunctions)}.";
        }

        if (parsed is null || fault is not null)
        {
            await Console.Error.WriteLineAsync($"{fault} See bootstrap --help.").ConfigureAwait(false);
            return WrongUsage;
        }

        if (EventFile.Read(parsed.EventFile, out fault) is not { } json)
        {
            await Console.Error.WriteLineAsync(fault).ConfigureAwait(false);
            return WrongUsage;
        }

        environment.Memory?.LimitHeap();
        using Stream errors = Console.OpenStandardError();
        using var logs = new InvocationLoggerFactory(errors, environment.LogLevel, environment.LogsAsJson, TimeProvider.System);
        return await RunAsync(parsed, environment, json, logs).ConfigureAwait(false);
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "Any exception that prevents the start is printed, as it is reported to Lambda.")]
    private static async Task<int> RunAsync(
        LocalArguments arguments, LambdaEnvironment environment, ReadOnlyMemory<byte> json, InvocationLoggerFactory logs)
    {
        ILogger logger = logs.CreateLogger("Loader.Lambda.Local");
        FunctionServices services;
        Func<Invocation, Task<byte[]>> handler;
        try
        {
            services = new FunctionServices(
                new ConfigurationBuilder().AddEnvironmentVariables().Build(), environment.Memory, logs, arguments.PublishesMetrics);
            handler = Program.ResolveHandler(arguments.Handler ?? environment.Handler, services);
            await Console.Error.WriteAsync(services.DescribeDestination()).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.CannotStart(exception);
            Print(ExceptionJson.Serialize(exception));
            return Failed;
        }

        await using (services.ConfigureAwait(false))
        {
            using var stop = new StopSignal();
            var context = new LambdaContext
            {
                AwsRequestId = Guid.NewGuid().ToString(),
                Deadline = TimeProvider.System.GetUtcNow() + arguments.Timeout,
                StopRequested = stop.Token,
            };
            logs.Invocation = context;
            LocalResult result = await new LocalInvocation(handler, logger, TimeProvider.System)
                .RunAsync(new Invocation(json, context))
                .ConfigureAwait(false);
            Print(result.Json);
            if (result.Outcome == LocalOutcome.TimedOut)
            {
                // Lambda ends the process too. What still runs must not be waited for.
                Environment.Exit(Failed);
            }

            return result.Outcome == LocalOutcome.Succeeded ? 0 : Failed;
        }
    }

    private static void Print(byte[] json)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write([.. json, (byte)'\n']);
    }
}
