using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda.Events;
using Loader.Lambda.Loading;
using Loader.Lambda.Logging;
using Loader.Lambda.Responses;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda;

/// <summary>The entry point: builds the functions and passes them events until Lambda ends the process.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        LambdaEnvironment environment = LambdaEnvironment.Read(Environment.GetEnvironmentVariable);
        if (environment.RuntimeApi is null)
        {
            if (arguments.Length > 0)
            {
                return await LocalProgram.RunAsync(arguments, environment).ConfigureAwait(false);
            }

            await Console.Error.WriteLineAsync(
                "AWS_LAMBDA_RUNTIME_API is not set. AWS Lambda sets it; to run this program elsewhere, set it to the host and port of a "
                + "Runtime API, or name a file that contains an event: bootstrap --handler LoadFromS3Event event.json.")
                .ConfigureAwait(false);
            return 1;
        }

        // Arguments do not count here: a container image passes its command to its entry point.

        environment.Memory?.LimitHeap();
        Task warmUp = WarmUp.RunAsync(environment.UsesTls);
        using Stream output = Console.OpenStandardOutput();
        using var logs = new InvocationLoggerFactory(output, environment.LogLevel, environment.LogsAsJson, TimeProvider.System);
        ILogger logger = logs.CreateLogger("Loader.Lambda.Runtime");
        using var api = new RuntimeApi(environment, TimeProvider.System);
        try
        {
            return await RunAsync(environment, api, logs, logger, warmUp).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RuntimeApiException or HttpRequestException or SocketException)
        {
            logger.RuntimeApiFailed(exception);
            return 1;
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "Any exception that prevents the start is reported to Lambda.")]
    private static async Task<int> RunAsync(
        LambdaEnvironment environment, RuntimeApi api, InvocationLoggerFactory logs, ILogger logger, Task warmUp)
    {
        FunctionServices services;
        Func<Invocation, Task<byte[]>> handler;
        try
        {
            services = new FunctionServices(
                new ConfigurationBuilder().AddEnvironmentVariables().Build(), environment.Memory, logs, publishesMetrics: true);
            handler = ResolveHandler(environment.Handler, services);
            await warmUp.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.CannotStart(exception);
            await api.SendInitErrorAsync(exception, CancellationToken.None).ConfigureAwait(false);
            return 1;
        }

        await using (services.ConfigureAwait(false))
        {
            if (environment.MaxConcurrency > 1)
            {
                logger.ConcurrencyIgnored(environment.MaxConcurrency);
            }

            var loop = new InvocationLoop(api, handler, context => logs.Invocation = context, logger);
            await loop.RunAsync(CancellationToken.None).ConfigureAwait(false);
            return 0;
        }
    }

    /// <summary>Returns the function that a name selects.</summary>
    /// <param name="name">The name of its method.</param>
    /// <param name="services">The services.</param>
    /// <exception cref="ConfigurationException">There is no such function.</exception>
    internal static Func<Invocation, Task<byte[]>> ResolveHandler(string? name, FunctionServices services)
    {
        Functions functions = services.Functions;
        return name switch
        {
            nameof(Functions.LoadFromS3Event) => invocation => HandleAsync(functions.LoadFromS3Event, invocation, services.Metrics),
            nameof(Functions.LoadFromStepFunctions) =>
                invocation => HandleAsync(functions.LoadFromStepFunctions, invocation, services.Metrics),
            _ => throw new ConfigurationException(PlainText.Escape(
                $"ANNOTATIONS_HANDLER (or _HANDLER if it is not set) is '{name}'. " +
                $"Set it to {nameof(Functions.LoadFromS3Event)} or {nameof(Functions.LoadFromStepFunctions)}.")),
        };
    }

    private static async Task<byte[]> HandleAsync(
        Func<JsonElement, LambdaContext, Task<FunctionResponse>> function, Invocation invocation, InvocationMetrics metrics)
    {
        try
        {
            using JsonDocument input = EventJson.Parse(invocation.Event);
            return ResponseJson.Serialize(await function(input.RootElement, invocation.Context).ConfigureAwait(false));
        }
        finally
        {
            await metrics.FlushAsync(invocation.Context.Deadline).ConfigureAwait(false);
        }
    }
}
