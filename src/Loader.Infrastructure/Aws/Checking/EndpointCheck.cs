using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Loader.Application.Results;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Aws.Checking;

/// <summary>
/// Finds out whether an endpoint can be reached, and how far its clock differs. The request is not signed, so that any response will do.
/// </summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class EndpointCheck(TimeProvider timeProvider)
{
    /// <summary>AWS accepts signatures for five minutes. The loader corrects its clock from four minutes on.</summary>
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets the name of a server that stores whatever it gets, without the checks of the service that it stands for, or
    /// <see langword="null"/>.
    /// </summary>
    public string? StoresEverything { get; private set; }

    /// <summary>Gets a value indicating whether the endpoint answered.</summary>
    public bool IsReachable { get; private set; }

    /// <summary>Asks the endpoint.</summary>
    /// <param name="name">The name of the check.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="settings">The settings that decide which endpoint it is, for the remedy.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>What was found.</returns>
    public async Task<CheckResult> RunAsync(string name, Uri endpoint, string settings, CancellationToken cancellationToken)
    {
        string host = endpoint.Authority;
        using var limit = new CancellationTokenSource(Timeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // The same as the clients that send requests to it.
            UseProxy = endpoint.Scheme == Uri.UriSchemeHttps,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        });
        try
        {
            long start = timeProvider.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Get, endpoint) { Version = HttpVersion.Version11 };
            using HttpResponseMessage response = await http.SendAsync(request, both.Token).ConfigureAwait(false);
            TimeSpan elapsed = timeProvider.GetElapsedTime(start);
            IsReachable = true;

            // The server of moto, a simulator of AWS for tests (https://docs.getmoto.org).
            StoresEverything = response.Headers.Server.ToString().Contains("Werkzeug", StringComparison.OrdinalIgnoreCase) ? "moto" : null;
            return Describe(name, host, elapsed, response.Headers.Date);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unreachable($"{host} did not answer within {Timeout.TotalSeconds:0} s.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return Unreachable($"{host} cannot be reached: {ResponseReader.Printable(Innermost(exception))}.");
        }

        CheckResult Unreachable(string found) => CheckResult.Failed(
            name, found, $"Check the network, the proxy settings and {settings}. In a VPC, the subnet needs a NAT gateway or an endpoint.");
    }

    private CheckResult Describe(string name, string host, TimeSpan elapsed, DateTimeOffset? date)
    {
        string answered = string.Create(CultureInfo.InvariantCulture, $"{host} answered in {elapsed.TotalMilliseconds:0} ms");
        if (date is not { } serverTime)
        {
            return CheckResult.Ok(name, $"{answered}.");
        }

        TimeSpan skew = timeProvider.GetUtcNow() - serverTime;
        string difference = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(skew.TotalSeconds):0} s");
        return skew.Duration() < MaxSkew
            ? CheckResult.Ok(name, $"{answered}; its clock and this one differ by less than {MaxSkew.TotalMinutes:0} minutes.")
            : CheckResult.Warning(
                name,
                $"{answered}. The clock of this machine is {difference} {(skew > TimeSpan.Zero ? "ahead" : "behind")}; AWS accepts 300 s.",
                "Set the clock. The loader corrects its signatures, but computes the ages of rows with this clock.");
    }

    private static string Innermost(Exception exception)
    {
        while (exception is not (SocketException or AuthenticationException) && exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message.TrimEnd('.');
    }
}
