using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Loader.Infrastructure.Aws.Signing;

/// <summary>Computes the <c>Authorization</c> header of Signature Version 4. Does no I/O and keeps no state.</summary>
/// <remarks>
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. docs/decisions/0004-own-request-signing.md
/// says why this is not the signer of AWSSDK.Core.
/// </remarks>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Signs a request.</summary>
    /// <param name="key">The signing key for the day, region and service.</param>
    /// <param name="timestamp">The request's <c>x-amz-date</c>, as <c>yyyyMMddTHHmmssZ</c>.</param>
    /// <param name="method">The method.</param>
    /// <param name="canonicalPath">The canonical URI path.</param>
    /// <param name="canonicalQuery">The canonical query string; empty if there is none.</param>
    /// <param name="headers">The headers to sign, sorted by name, each name once, with <c>host</c> and <c>x-amz-date</c>.</param>
    /// <param name="payload">The body.</param>
    /// <returns>The value of the <c>Authorization</c> header.</returns>
    public static string Authorize(
        SigningKey key, string timestamp, string method, string canonicalPath, string canonicalQuery,
        ReadOnlySpan<SignedHeader> headers, ReadOnlySpan<byte> payload)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var text = new Utf8Text(stackalloc byte[1024]);
        try
        {
            text.Append(method);
            text.Append('\n');
            text.Append(canonicalPath);
            text.Append('\n');
            text.Append(canonicalQuery);
            text.Append('\n');
            foreach (SignedHeader header in headers)
            {
                text.Append(header.Name);
                text.Append(':');
                text.AppendTrimmed(header.Value);
                text.Append('\n');
            }

            text.Append('\n');
            AppendNames(headers, ref text);
            text.Append('\n');
            SHA256.HashData(payload, hash);
            text.AppendHex(hash);
            SHA256.HashData(text.Written, hash);

            text.Clear();
            text.Append(Algorithm);
            text.Append('\n');
            text.Append(timestamp);
            text.Append('\n');
            text.Append(key.Scope);
            text.Append('\n');
            text.AppendHex(hash);
            key.Sign(text.Written, hash);

            text.Clear();
            text.Append(Algorithm);
            text.Append(" Credential=");
            text.Append(key.AccessKey);
            text.Append('/');
            text.Append(key.Scope);
            text.Append(", SignedHeaders=");
            AppendNames(headers, ref text);
            text.Append(", Signature=");
            text.AppendHex(hash);
            return Encoding.UTF8.GetString(text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    private static void AppendNames(ReadOnlySpan<SignedHeader> headers, ref Utf8Text text)
    {
        for (int i = 0; i < headers.Length; i++)
        {
            if (i > 0)
            {
                text.Append(';');
            }

            text.Append(headers[i].Name);
        }
    }

    /// <summary>Builds UTF-8 text on the stack, and in a pooled array if it grows longer, which session tokens make it do.</summary>
    private ref struct Utf8Text(Span<byte> initial)
    {
        private Span<byte> _buffer = initial;
        private byte[]? _rented;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

        public void Clear() => _length = 0;

        public void Append(char ascii)
        {
            Reserve(1);
            _buffer[_length++] = (byte)ascii;
        }

        public void Append(ReadOnlySpan<char> text)
        {
            Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
            _length += Encoding.UTF8.GetBytes(text, _buffer[_length..]);
        }

        /// <summary>Appends a header value: trimmed, and each run of spaces reduced to one.</summary>
        public void AppendTrimmed(ReadOnlySpan<char> value)
        {
            value = value.Trim(' ');
            int gap;
            while ((gap = value.IndexOf("  ", StringComparison.Ordinal)) >= 0)
            {
                Append(value[..(gap + 1)]);
                value = value[gap..].TrimStart(' ');
            }

            Append(value);
        }

        public void AppendHex(ReadOnlySpan<byte> bytes)
        {
            Reserve(bytes.Length * 2);
            Convert.TryToHexStringLower(bytes, _buffer[_length..], out int written);
            _length += written;
        }

        public void Dispose()
        {
            if (_rented is not null)
            {
                // Clear it: it contains the session token.
                ArrayPool<byte>.Shared.Return(_rented, clearArray: true);
                _rented = null;
            }
        }

        private void Reserve(int bytes)
        {
            if (_length + bytes <= _buffer.Length)
            {
                return;
            }

            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes, _buffer.Length * 2));
            Written.CopyTo(larger);
            Dispose();
            _rented = larger;
            _buffer = larger;
        }
    }
}

/// <summary>A header that a signature covers.</summary>
/// <param name="Name">The name in lower case.</param>
/// <param name="Value">The value.</param>
internal readonly record struct SignedHeader(string Name, string Value);
