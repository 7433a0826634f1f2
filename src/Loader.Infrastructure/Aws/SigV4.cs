using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Loader.Infrastructure.Aws;

/// <summary>Signature Version 4: turns what a request says into its <c>Authorization</c> header. Pure arithmetic.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.</remarks>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Signs a request.</summary>
    /// <param name="key">The key of the day, region and service.</param>
    /// <param name="timestamp">The request's <c>x-amz-date</c>, as <c>yyyyMMddTHHmmssZ</c>.</param>
    /// <param name="method">The method.</param>
    /// <param name="canonicalPath">The path, escaped as signatures want it.</param>
    /// <param name="canonicalQuery">The query, escaped and sorted as signatures want it; empty for none.</param>
    /// <param name="headers">The headers to sign, sorted by name, each name once; <c>host</c> and <c>x-amz-date</c> among them.</param>
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

    /// <summary>Text that grows on the stack first and in a pooled array when that is full, as with long session tokens.</summary>
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

        /// <summary>Appends a header's value without spaces around it and with single ones inside.</summary>
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
                // It held the session token.
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
