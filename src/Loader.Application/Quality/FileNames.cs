namespace Loader.Application.Quality;

/// <summary>The names of the files of a run by their numbers. Only those are kept that a finding can name.</summary>
/// <remarks>Not thread-safe. A run may have millions of files, but each series knows few rows that may be findings.</remarks>
internal sealed class FileNames
{
    private const int MinKept = 1_024;

    private readonly HashSet<int> _open = [];
    private Dictionary<int, string> _names = [];
    private int _limit = MinKept;
    private int _next;

    /// <summary>Gets the number of names that are kept.</summary>
    public int Count => _names.Count;

    /// <summary>Gets the name of a file.</summary>
    public string this[int number] => _names[number];

    /// <summary>Adds a file, and forgets names that nothing refers to if there are many.</summary>
    /// <param name="name">The name.</param>
    /// <param name="series">All series of files that have ended.</param>
    /// <returns>The number of the file.</returns>
    public int Open(string name, IEnumerable<SeriesStatistics> series)
    {
        if (_names.Count >= _limit)
        {
            Forget(series);
        }

        _names.Add(_next, name);
        _open.Add(_next);
        return _next++;
    }

    /// <summary>Ends a file.</summary>
    public void Close(int number) => _open.Remove(number);

    private void Forget(IEnumerable<SeriesStatistics> series)
    {
        var used = new HashSet<int>(_open);
        foreach (SeriesStatistics one in series)
        {
            one.AddFiles(used);
        }

        _names = _names.Where(pair => used.Contains(pair.Key)).ToDictionary();
        _limit = Math.Max(MinKept, _names.Count * 2);
    }
}
