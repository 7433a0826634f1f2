using System.Globalization;
using Amazon.Runtime;

namespace Loader.Infrastructure.Aws;

/// <summary>Signs requests of the JSON protocol with Signature Version 4, each time that they are sent.</summary>
/// <param name="credentials">The credentials.</param>
/// <param name="clock">The time as AWS sees it.</param>
/// <param name="region">The region.</param>
/// <param name="signingName">The service's signing name.</param>
/// <param name="inner">What sends.</param>
internal sealed class SigningHandler(AwsCredentials credentials, ServerClock clock, string region, string signingName, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    /// <summary>The header with the operation.</summary>
    public const string TargetHeader = "x-amz-target";

    /// <summary>The header that asks for the error codes of a service's older protocol.</summary>
    public const string QueryModeHeader = "x-amzn-query-mode";

    private const string DateHeader = "x-amz-date";
    private const string TokenHeader = "x-amz-security-token";

    private SigningKey? _key;
    private Stamp _stamp = new(0, "", "");
    private SignedHost _host = new("", "", "");

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Sign(request, await credentials.GetAsync(cancellationToken).ConfigureAwait(false));
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _key?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Sign(HttpRequestMessage request, ImmutableCredentials identity)
    {
        if (request is not { Content: JsonBody body, RequestUri: { } uri })
        {
            throw new InvalidOperationException("Only requests of the JSON protocol can be signed.");
        }

        Stamp stamp = CurrentStamp();
        SigningKey key = KeyFor(identity, stamp.Date);
        SignedHost host = HostOf(uri);
        request.Headers.TryAddWithoutValidation(DateHeader, stamp.Time);

        // Sorted by name, as the signature wants them. The two that a request may not have come at places of their own.
        Span<SignedHeader> headers =
        [
            new("content-type", JsonBody.MediaType), new("host", host.Host), new(DateHeader, stamp.Time), default, default, default,
        ];
        int count = 3;
        if (identity.UseToken)
        {
            request.Headers.TryAddWithoutValidation(TokenHeader, identity.Token);
            headers[count++] = new SignedHeader(TokenHeader, identity.Token);
        }

        headers[count++] = new SignedHeader(TargetHeader, ValueOf(request, TargetHeader) ?? "");
        if (ValueOf(request, QueryModeHeader) is { } mode)
        {
            headers[count++] = new SignedHeader(QueryModeHeader, mode);
        }

        string authorization = SigV4.Authorize(key, stamp.Time, request.Method.Method, host.Path, "", headers[..count], body.Bytes);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
    }

    private SigningKey KeyFor(ImmutableCredentials identity, string date)
    {
        SigningKey? key = Volatile.Read(ref _key);
        if (key is null || key.Date != date || key.AccessKey != identity.AccessKey || key.SecretKey != identity.SecretKey)
        {
            key = new SigningKey(identity.AccessKey, identity.SecretKey, date, region, signingName);

            // The old key is not disposed: another request may be signing with it.
            Volatile.Write(ref _key, key);
        }

        return key;
    }

    /// <summary>The text of the time is made once a second, not once a request.</summary>
    private Stamp CurrentStamp()
    {
        DateTimeOffset now = clock.UtcNow;
        long second = now.ToUnixTimeSeconds();
        Stamp stamp = Volatile.Read(ref _stamp);
        if (stamp.Second != second)
        {
            string time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
            stamp = new Stamp(second, time, time[..8]);
            Volatile.Write(ref _stamp, stamp);
        }

        return stamp;
    }

    private SignedHost HostOf(Uri uri)
    {
        SignedHost host = Volatile.Read(ref _host);
        if (!ReferenceEquals(host.Address, uri.OriginalString))
        {
            string name = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
            host = new SignedHost(
                uri.OriginalString,
                uri.IsDefaultPort ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{uri.Port}"),
                CanonicalPath(uri.AbsolutePath));
            Volatile.Write(ref _host, host);
        }

        return host;
    }

    /// <summary>Signatures want the path as it is sent, escaped once more.</summary>
    private static string CanonicalPath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string? ValueOf(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out System.Net.Http.Headers.HeaderStringValues values) ? values.ToString() : null;

    private sealed record Stamp(long Second, string Time, string Date);

    private sealed record SignedHost(string Address, string Host, string Path);
}
