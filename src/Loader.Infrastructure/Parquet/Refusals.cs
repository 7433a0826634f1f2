using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet;

/// <summary>Puts into words why a file is not read.</summary>
internal static class Refusals
{
    /// <summary>
    /// Says whether an exception came of the file's content. A decoder of untrusted bytes may throw nearly anything. That memory ran out is no fault of the content:
    /// sizes that a file merely claims are refused before room for them is made.
    /// </summary>
    public static bool IsOfTheFile(Exception exception) =>
        exception is not (LoadException or OperationCanceledException or ObjectDisposedException or OutOfMemoryException);

    /// <summary>The file as a whole cannot be read.</summary>
    public static SourceCorruptException Corrupt(SourceFile file, Exception cause) => new(
        $"{PlainText.Escape(file.ToString())} cannot be read as Parquet: {Describe(cause)}. {Remedy(cause)}", cause)
    {
        File = file,
    };

    /// <summary>One column of one row group cannot be read.</summary>
    public static SourceCorruptException Corrupt(SourceFile file, int rowGroup, string column, Exception cause) => new(
        $"{PlainText.Escape(file.ToString())}: row group {rowGroup}, column '{PlainText.Escape(column)}' cannot be read: {Describe(cause)}. {Remedy(cause)}", cause)
    {
        File = file,
    };

    /// <summary>There is not the memory that the footer takes.</summary>
    public static RowGroupTooLargeException TooLarge(SourceFile file, OutOfMemoryException cause) => new(
        $"{PlainText.Escape(file.ToString())}: there is not the memory that its footer takes. Give the load more memory, or write the file with fewer row groups and columns.", cause)
    {
        File = file,
    };

    /// <summary>There is not the memory that a row group takes.</summary>
    public static RowGroupTooLargeException TooLarge(SourceFile file, int rowGroup, long rows, OutOfMemoryException cause) => new(
        $"{PlainText.Escape(file.ToString())}: there is not the memory that row group {rowGroup} with its {rows} rows takes. " +
        "Give the load more memory, or write the file with smaller row groups (122,880 rows are enough).",
        cause)
    {
        File = file,
    };

    /// <summary>The file is not of its dataset.</summary>
    public static SchemaMismatchException Mismatch(SourceFile file, DatasetType dataset, IReadOnlyList<ColumnFault> faults)
    {
        string list = PlainText.Escape(string.Join("; ", faults));
        string count = faults.Count == 1 ? "1 column is" : $"{faults.Count} columns are";
        return new SchemaMismatchException(
            $"{PlainText.Escape(file.ToString())} is no {dataset.Name} file: {count} missing or cannot be used. {list}. " +
            "Text and integer columns that are the same in all rows may also stand in the key, as in 'region=SE/'.")
        {
            File = file,
        };
    }

    private static string Describe(Exception cause) => PlainText.Escape(cause switch
    {
        MalformedFileException or UnsupportedFileException => cause.Message,
        _ => $"its bytes are damaged ({cause.GetType().Name}: {cause.Message.TrimEnd('.')})",
    });

    private static string Remedy(Exception cause) => cause is UnsupportedFileException
        ? "Write it again in a form that is read (see docs/reading.md)."
        : "Get it again from where it was made; if it is damaged there too, write it anew.";
}
