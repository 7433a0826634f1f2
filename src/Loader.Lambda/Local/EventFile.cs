using System.Globalization;
using Loader.Domain;

namespace Loader.Lambda.Local;

/// <summary>Reads the event of a local run.</summary>
internal static class EventFile
{
    /// <summary>The maximum size of an event: 6 MiB (Lambda Developer Guide, "Lambda quotas", synchronous invocations).</summary>
    public const int MaxBytes = 6 * 1024 * 1024;

    /// <summary>Reads a file or standard input, without the byte order mark that some editors write.</summary>
    /// <param name="path">The path, or <c>-</c> for standard input.</param>
    /// <param name="fault">Why the event cannot be read, or <see langword="null"/>.</param>
    /// <returns>The event, or <see langword="null"/> if it cannot be read.</returns>
    public static ReadOnlyMemory<byte>? Read(string path, out string? fault)
    {
        string name = path == "-" ? "standard input" : $"'{PlainText.Escape(path)}'";
        fault = null;
        try
        {
            using Stream input = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            byte[] bytes = new byte[MaxBytes + 1];
            int count = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count <= MaxBytes)
            {
                ReadOnlyMemory<byte> json = bytes.AsMemory(0, count);
                return json.Span.StartsWith("\uFEFF"u8) ? json["\uFEFF"u8.Length..] : json;
            }

            fault = string.Create(
                CultureInfo.InvariantCulture, $"The event in {name} is larger than {MaxBytes:N0} bytes, the limit of Lambda.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            fault = $"There is no file {name}. Check the path of the event.";
        }
        catch (UnauthorizedAccessException)
        {
            fault = Directory.Exists(path)
                ? $"{name} is a folder. Name a file that contains one event."
                : $"Access denied reading {name}. Check the permissions of the file.";
        }
        catch (IOException exception)
        {
            fault = $"{name} cannot be read: {PlainText.Escape(exception.Message)}";
        }

        return null;
    }
}
