using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>Translates what reading a file throws into failures of a load.</summary>
internal static class ParquetErrors
{
    /// <summary>
    /// Checks whether an exception was caused by the content of a file. Untrusted bytes may cause nearly any exception. Running out of
    /// memory is not such a
    /// cause: sizes that a file merely claims are rejected before memory is reserved for them.
    /// </summary>
    public static bool IsCausedByContent(Exception exception) =>
        exception is not (LoadException or OperationCanceledException or ObjectDisposedException or OutOfMemoryException);

    /// <summary>The file cannot be read at all.</summary>
    public static SourceCorruptException Corrupt(SourceFile file, Exception cause) => new(
        $"{PlainText.Escape(file.ToString())} cannot be read as Parquet. {Describe(cause)} {Remedy(cause)}", cause)
    {
        File = file,
    };

    /// <summary>One column of one row group cannot be read.</summary>
    public static SourceCorruptException Corrupt(SourceFile file, int rowGroup, string column, Exception cause) => new(
        $"{PlainText.Escape(file.ToString())}: row group {rowGroup}, column '{PlainText.Escape(column)}' cannot be read. " +
        $"{Describe(cause)} {Remedy(cause)}",
        cause)
    {
        File = file,
    };

    /// <summary>There is not enough memory for the footer.</summary>
    public static RowGroupTooLargeException TooLarge(SourceFile file, OutOfMemoryException cause) => new(
        $"{PlainText.Escape(file.ToString())}: there is not enough memory for the footer. " +
        "Give the load more memory, or write the file with fewer row groups and columns.",
        cause)
    {
        File = file,
    };

    /// <summary>There is not enough memory for a row group.</summary>
    public static RowGroupTooLargeException TooLarge(SourceFile file, int rowGroup, long rowCount, OutOfMemoryException? cause) => new(
        $"{PlainText.Escape(file.ToString())}: there is not enough memory for row group {rowGroup} with {rowCount} rows. " +
        "Give the load more memory, or write the file with smaller row groups (122,880 rows are enough).",
        cause)
    {
        File = file,
    };

    /// <summary>The file does not have the columns of its dataset.</summary>
    public static SchemaMismatchException Mismatch(
        SourceFile file, DatasetType dataset, IReadOnlyList<ColumnFault> faults, bool holdsKeptRows)
    {
        string list = PlainText.Escape(string.Join("; ", faults));
        string remedies = PlainText.Escape(string.Concat(faults.Select(f => f.Remedy).OfType<string>().Distinct().Select(r => " " + r)));
        string count = faults.Count == 1 ? "1 column is" : $"{faults.Count} columns are";
        return new SchemaMismatchException(
            $"{PlainText.Escape(file.ToString())} is not a {dataset.Name} file: {count} missing or invalid. " +
            $"{ColumnFault.EndSentence(list)}{remedies}")
        {
            File = file,
            HoldsKeptRows = holdsKeptRows,
        };
    }

    /// <summary>The file does not have the columns that its mapping names.</summary>
    public static SchemaMismatchException Mismatch(SourceFile file, IReadOnlyList<string> faults) =>
        new(PlainText.Escape(
            $"{file} does not fit its mapping: {string.Join("; ", faults)}. "
            + "Correct the mapping; 'loader mapping check' tries it on the file."))
        {
            File = file,
        };

    /// <summary>The load asks for another dataset than the mapping gives.</summary>
    public static SchemaMismatchException OtherDataset(SourceFile file, AppliedMapping mapping, DatasetType ofMapping, DatasetType asked) =>
        new(PlainText.Escape(
            $"{file} is {ofMapping.Name} by its mapping '{mapping.Name}', but it should be loaded as {asked.Name}. "
            + "Name no dataset, or another mapping."))
        {
            File = file,
        };

    /// <summary>The file does not say what its times are.</summary>
    public static SchemaMismatchException UnclearTimes(SourceFile file, string fault) =>
        new($"{PlainText.Escape(file.ToString())} cannot be loaded: {fault}.") { File = file };

    /// <summary>Describes what is wrong with the content of a file.</summary>
    /// <param name="cause">An exception that was caused by the content.</param>
    /// <returns>One or more sentences, in plain text.</returns>
    public static string Describe(Exception cause) => PlainText.Escape(cause switch
    {
        MalformedFileException or UnsupportedFileException => cause.Message,
        _ => $"Its bytes are damaged ({cause.GetType().Name}: {cause.Message.TrimEnd('.')}).",
    });

    private static string Remedy(Exception cause) => cause is UnsupportedFileException
        ? "Write the file in a supported form (see docs/reading.md)."
        : "Download it again; if the original is damaged too, regenerate it.";
}
