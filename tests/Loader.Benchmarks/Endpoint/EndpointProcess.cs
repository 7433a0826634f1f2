using System.Globalization;

namespace Loader.Benchmarks.Endpoint;

/// <summary>An endpoint in a process of its own, so that its CPU is not the client's.</summary>
internal sealed class EndpointProcess : IDisposable
{
    private readonly OwnProcess _process;

    private EndpointProcess(OwnProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Gets where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Gets the CPU time that it has taken so far.</summary>
    public TimeSpan Cpu => _process.Cpu;

    /// <summary>Starts a <see cref="DiscardingEndpoint"/> and waits until it listens.</summary>
    /// <param name="latency">The milliseconds before every answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The process.</returns>
    public static Task<EndpointProcess> StartAsync(int latency, CancellationToken cancellationToken) =>
        StartAsync([EndpointCommand.Name, "--latency", latency.ToString(CultureInfo.InvariantCulture)], cancellationToken);

    /// <summary>Starts a command of this program that prints its address and answers until its standard input ends.</summary>
    /// <param name="arguments">The command and its options.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The process.</returns>
    public static async Task<EndpointProcess> StartAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        OwnProcess process = OwnProcess.Start(arguments);
        try
        {
            string? address = await process.Output.ReadLineAsync(cancellationToken);
            return new EndpointProcess(process, new Uri(address ?? throw new InvalidOperationException("The endpoint ended before it listened.")));
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();
}
