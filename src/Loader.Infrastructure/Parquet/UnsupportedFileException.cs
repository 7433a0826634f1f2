namespace Loader.Infrastructure.Parquet;

/// <summary>A file uses something that is not read. Never leaves this folder: <see cref="Refusals"/> adds the file's name and a remedy.</summary>
/// <param name="message">What is not read, as it goes on after a colon: <c>it is encrypted</c>.</param>
internal sealed class UnsupportedFileException(string message) : Exception(message);
