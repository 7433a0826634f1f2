using System.Globalization;
using Amazon.Runtime;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Signing;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Aws.Json;

/// <summary>Signs JSON protocol requests with Signature Version 4 each time they are sent.</summary>
/// <param name="credentials">The credentials.</param>
/// <param name="clock">The clock of the signatures.</param>
/// <param name="region">The region.</param>
/// <param name="signingName">The service's signing name.</param>
/// <param name="inner">Sends the requests.</param>
internal sealed class SigningHandler(
    AwsCredentials credentials, ClockSkew clock, string region, string signingName, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    /// <summary>The header that names the operation.</summary>
    public const string TargetHeader = "x-amz-target";

    /// <summary>The header that asks for the error codes of the older query protocol.</summary>
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
        if (request is not { Content: RequestBody { Headers.ContentType.MediaType: { } mediaType } body, RequestUri: { } uri })
        {
            throw new InvalidOperationException("Only JSON protocol requests can be signed.");
        }

        Stamp stamp = CurrentStamp();
        SigningKey key = KeyFor(identity, stamp.Date);
        SignedHost host = SignedHostOf(uri);
        request.Headers.TryAddWithoutValidation(DateHeader, stamp.Time);

        // Sorted by name, as the signature requires. Two of the headers are optional.
        Span<SignedHeader> headers =
        [
            new("content-type", mediaType), new("host", host.Host), new(DateHeader, stamp.Time), default, default, default,
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

            // Do not dispose the old key: another request can be signing with it.
            Volatile.Write(ref _key, key);
        }

        return key;
    }

    /// <summary>Formats the time once a second instead of once a request.</summary>
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

    private SignedHost SignedHostOf(Uri uri)
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

    /// <summary>The canonical path is the path of the request, escaped once more.</summary>
    private static string CanonicalPath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string? ValueOf(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out System.Net.Http.Headers.HeaderStringValues values) ? values.ToString() : null;

    private sealed record Stamp(long Second, string Time, string Date);

    private sealed record SignedHost(string Address, string Host, string Path);
}
