using System.Diagnostics.CodeAnalysis;

namespace Loader.Parquet;

/// <summary>The exception that is thrown when a file's bytes violate the Parquet format or contradict each other.</summary>
/// <remarks>
/// The message is one or more whole sentences about the file or the column chunk, without its name, which this library does not know.
/// </remarks>
/// <param name="message">What is wrong.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class MalformedFileException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Throws unless a condition holds that every valid file fulfils.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="message">What is wrong if it does not hold.</param>
    internal static void ThrowUnless([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            Throw(message);
        }
    }

    [DoesNotReturn]
    private static void Throw(string message) => throw new MalformedFileException(message);
}

/// <summary>The exception that is thrown when a file uses a feature that is not supported, or exceeds a limit of this library.</summary>
/// <remarks>
/// The message is one or more whole sentences about the file or the column chunk, without its name, which this library does not know.
/// </remarks>
/// <param name="message">The feature or the limit.</param>
public sealed class UnsupportedFileException(string message) : Exception(message);
