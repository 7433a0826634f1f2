using Loader.Application;
using Loader.Application.Failures;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet;

/// <summary>Puts into words why a file is not read.</summary>
internal static class Refusals
{
    /// <summary>
    /// Says whether an exception came of the file's content. A decoder of untrusted bytes may throw nearly anything, and also run out of memory over
    /// a size that the bytes claim.
    /// </summary>
    public static bool IsOfTheFile(Exception exception) => exception is not (LoadException or OperationCanceledException or ObjectDisposedException);

    /// <summary>The file as a whole cannot be read.</summary>
    public static SourceCorruptException Corrupt(SourceFile file, Exception cause) => new(
        $"{PlainText.Of(file.ToString())} cannot be read as Parquet: {Describe(cause)}. {Remedy(cause)}", cause)
    {
        File = file,
    };

    /// <summary>One column of one row group cannot be read.</summary>
    public static SourceCorruptException Corrupt(SourceFile file, int rowGroup, string column, Exception cause) => new(
        $"{PlainText.Of(file.ToString())}: row group {rowGroup}, column '{PlainText.Of(column)}' cannot be read: {Describe(cause)}. {Remedy(cause)}", cause)
    {
        File = file,
    };

    /// <summary>The file is not of its dataset.</summary>
    public static SchemaMismatchException Mismatch(SourceFile file, DatasetType dataset, IReadOnlyList<ColumnFault> faults)
    {
        string list = PlainText.Of(string.Join("; ", faults));
        string count = faults.Count == 1 ? "1 column is" : $"{faults.Count} columns are";
        return new SchemaMismatchException(
            $"{PlainText.Of(file.ToString())} is no {dataset.Name} file: {count} missing or cannot be used. {list}. " +
            "Text and integer columns that are the same in all rows may also stand in the key, as in 'region=SE/'.")
        {
            File = file,
        };
    }

    private static string Describe(Exception cause) => PlainText.Of(cause switch
    {
        MalformedFileException or UnsupportedFileException => cause.Message,
        OutOfMemoryException => "it claims sizes that do not fit the memory",
        _ => $"its bytes are damaged ({cause.GetType().Name}: {cause.Message.TrimEnd('.')})",
    });

    private static string Remedy(Exception cause) => cause is UnsupportedFileException
        ? "Write it again in a form that is read (see docs/reading.md)."
        : "Get it again from where it was made; if it is damaged there too, write it anew.";
}
