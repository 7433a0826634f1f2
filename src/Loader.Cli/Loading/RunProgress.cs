using Loader.Application;

namespace Loader.Cli.Loading;

/// <summary>Counts what a run has done. Loads add to it, and the display reads it from time to time.</summary>
/// <remarks>Thread-safe. Loads call it for each file and each row group, never for a row.</remarks>
internal sealed class RunProgress
{
    private readonly Lock _gate = new();
    private int _filesListed;
    private int _filesEnded;
    private bool _isListingEnded;
    private bool _hasUnknownSizes;
    private long _rows;
    private double _workListed;
    private double _workDone;

    /// <summary>Adds files that were listed.</summary>
    public void AddListed(IReadOnlyCollection<ListedFile> files)
    {
        lock (_gate)
        {
            _filesListed += files.Count;
            foreach (ListedFile file in files)
            {
                _hasUnknownSizes |= file.Bytes is null;
                _workListed += WorkOf(file);
            }
        }
    }

    /// <summary>Records that there are no more files than those listed.</summary>
    public void EndListing()
    {
        lock (_gate)
        {
            _isListingEnded = true;
        }
    }

    /// <summary>Returns the receiver of the progress of one file.</summary>
    public FileProgress Begin(ListedFile file) => new(this, file);

    /// <summary>Records that the load of a file ended.</summary>
    /// <param name="file">The progress of the file.</param>
    /// <param name="isLoaded">Whether all rows of the file were loaded. What remains of other files takes no more time.</param>
    public void End(FileProgress file, bool isLoaded)
    {
        lock (_gate)
        {
            _filesEnded++;
            double rest = WorkOf(file.File) - file.WorkDone;
            if (isLoaded)
            {
                _workDone += rest;
            }
            else
            {
                _workListed -= rest;
            }
        }
    }

    /// <summary>Reads all counts at once.</summary>
    public RunCounts Read()
    {
        lock (_gate)
        {
            // The only file of a run needs no size: its work is measured against itself.
            bool isWorkKnown = _isListingEnded && (!_hasUnknownSizes || _filesListed == 1);
            return new RunCounts(
                _filesListed, _filesEnded, _isListingEnded, _rows, _workDone, isWorkKnown ? _workListed - _workDone : null);
        }
    }

    private static double WorkOf(ListedFile file) => Math.Max(file.Bytes ?? 1, 1);

    /// <summary>Receives the progress of one file.</summary>
    internal sealed class FileProgress(RunProgress run, ListedFile file) : IProgress<LoadProgress>
    {
        private long _rows;

        /// <summary>Gets the file.</summary>
        public ListedFile File => file;

        /// <summary>Gets the part of the file's work that is done.</summary>
        public double WorkDone { get; private set; }

        /// <inheritdoc/>
        public void Report(LoadProgress value)
        {
            lock (run._gate)
            {
                // Row groups settle on several threads, so that an earlier count may come later.
                if (value.RowsSettled <= _rows)
                {
                    return;
                }

                run._rows += value.RowsSettled - _rows;
                _rows = value.RowsSettled;
                double done = WorkOf(file) * _rows / Math.Max(value.RowsTotal, 1);
                run._workDone += done - WorkDone;
                WorkDone = done;
            }
        }
    }
}

/// <summary>What a run has done at one moment.</summary>
/// <param name="FilesListed">The number of files listed so far.</param>
/// <param name="FilesEnded">The number of files whose loads have ended.</param>
/// <param name="IsListingEnded">Whether there are no more files.</param>
/// <param name="Rows">The number of rows with an outcome.</param>
/// <param name="WorkDone">The work that is done, which takes time in proportion to the size of the files.</param>
/// <param name="WorkLeft">The work that is left, or <see langword="null"/> if it is not known.</param>
internal readonly record struct RunCounts(
    int FilesListed, int FilesEnded, bool IsListingEnded, long Rows, double WorkDone, double? WorkLeft);
