namespace Loader.Infrastructure.Parquet;

/// <summary>A file's bytes contradict the format or themselves. Never leaves this folder: <see cref="Refusals"/> adds the file's name and a remedy.</summary>
/// <param name="message">What is wrong, as it goes on after a colon: <c>its footer is longer than the file</c>.</param>
internal sealed class MalformedFileException(string message) : Exception(message);
