using System.IO.Enumeration;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Disk;

namespace Loader.Infrastructure.Sources;

/// <summary>Walks a folder on disk in the ordinal order of the paths. It holds one folder of each level at a time.</summary>
/// <remarks>
/// Every folder is visited once, however many links lead to it. A link to a place that the walk comes to anyway is skipped as
/// <see cref="SkipReason.Repeated"/>; a link to another place is followed. Below hidden folders nothing is loaded and no link is followed.
/// </remarks>
internal sealed class FolderWalk
{
    private static readonly EnumerationOptions EverythingHere = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };

    private readonly SourceGlob? _glob;
    private readonly SourceFilter _filter;
    private readonly CancellationToken _cancellationToken;
    private readonly string _root;
    private readonly HashSet<string> _visitedFolders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _linkedFiles = new(StringComparer.Ordinal);
    private readonly Stack<Place> _places = new();

    private FolderWalk(string folder, SourceGlob? glob, SourceFilter filter, CancellationToken cancellationToken)
    {
        _glob = glob;
        _filter = filter;
        _cancellationToken = cancellationToken;
        _root = DiskEntry.RealPath(folder) ?? Path.GetFullPath(folder);
        _places.Push(new Place(folder, Below: "", _root, IsFolder: true, IsLink: false));
    }

    /// <summary>Walks a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="glob">The pattern of files below the folder, or <see langword="null"/> for all. Other folders are not visited.</param>
    /// <param name="filter">Leaves out files.</param>
    /// <param name="cancellationToken">Stops the walk; it is looked at for every entry.</param>
    /// <returns>The files to load, the skipped ones, and the folders that could not be listed.</returns>
    public static IEnumerable<SourceEntry> Enumerate(
        string folder, SourceGlob? glob, SourceFilter filter, CancellationToken cancellationToken) =>
        new FolderWalk(folder, glob, filter, cancellationToken).Walk();

    private IEnumerable<SourceEntry> Walk()
    {
        while (_places.TryPop(out Place? place))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if ((place.IsFolder ? EnterFolder(place) : Judge(place)) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>Lists a folder, and puts what is in it on top of the stack.</summary>
    /// <returns>An entry if the folder is skipped or cannot be listed.</returns>
    private SourceEntry? EnterFolder(Place folder)
    {
        if (_glob?.MayContain(folder.Below) == false)
        {
            return null;
        }

        bool isHidden = IsHidden(folder.Below);
        if (isHidden && folder.IsLink)
        {
            return Skip(folder, SkipReason.Hidden);
        }

        string? real = folder.IsLink ? DiskEntry.RealPath(folder.Path) : folder.RealPath;
        if (!isHidden && real is not null && ((folder.IsLink && IsFolderVisitedAnyway(real)) || !_visitedFolders.Add(real)))
        {
            return Skip(folder, SkipReason.Repeated);
        }

        try
        {
            List<Place> places = List(folder, real ?? folder.RealPath);
            for (int last = places.Count - 1; last >= 0; last--)
            {
                _places.Push(places[last]);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return isHidden ? Skip(folder, SkipReason.Hidden) : Fail(folder, exception);
        }
    }

    private List<Place> List(Place folder, string realPath)
    {
        var places = new List<Place>();
        foreach (Place place in new FileSystemEnumerable<Place>(folder.Path, Transform, EverythingHere))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            places.Add(place);
        }

        // A folder is sorted as its files are: by its name and the separator behind it.
        places.Sort(static (a, b) => string.CompareOrdinal(a.SortKey, b.SortKey));
        return places;

        Place Transform(ref FileSystemEntry entry)
        {
            string name = entry.FileName.ToString();
            return new Place(
                Path.Join(folder.Path, name),
                folder.Below.Length == 0 ? name : $"{folder.Below}/{name}",
                Path.Join(realPath, name),
                entry.IsDirectory,
                IsLink: entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                IsReachedByLink = folder.IsLink || folder.IsReachedByLink,

                LastModified = entry.LastWriteTimeUtc,

                // A link has the length of the path that it contains.
                Bytes = entry.IsDirectory || entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? null : entry.Length,
            };
        }
    }

    private SourceEntry Judge(Place file)
    {
        if (JudgeName(file.Below) is { } reason)
        {
            return Skip(file, reason);
        }

        if (DiskEntry.KindOf(file.Path) is DiskEntryKind.Pipe or DiskEntryKind.Socket or DiskEntryKind.Device)
        {
            return Skip(file, SkipReason.NotRegularFile);
        }

        // A link that leads nowhere is a file to load: opening it says what is wrong.
        if ((file.IsLink || file.IsReachedByLink) && (file.IsLink ? DiskEntry.RealPath(file.Path) : file.RealPath) is { } real
            && (IsFileVisitedAnyway(real) || !_linkedFiles.Add(real)))
        {
            return Skip(file, SkipReason.Repeated);
        }

        if (_filter.ModifiedSince is not null && _filter.Judge(LastModified(file)) is { } old)
        {
            return Skip(file, old);
        }

        return new SourceEntry(SourceFile.OnDisk(file.Path)) { Bytes = file.Bytes };
    }

    /// <summary>Returns why a file is left out whose path is known, or <see langword="null"/>.</summary>
    private SkipReason? JudgeName(string below) =>
        _glob?.Matches(below) == false ? SkipReason.NotIncluded : DataFileRule.Judge(below) ?? _filter.Judge(below);

    /// <summary>Returns when the file was last modified that a path leads to, or <see langword="null"/> if it leads nowhere.</summary>
    private static DateTimeOffset? LastModified(Place file) =>
        !file.IsLink && file.LastModified is { } known ? known
        : DiskEntry.RealPath(file.Path) is { } real ? new DateTimeOffset(File.GetLastWriteTimeUtc(real))
        : null;

    /// <summary>Returns whether the walk comes to a file without following a link.</summary>
    private bool IsFileVisitedAnyway(string realPath) => Below(realPath) is { } below && JudgeName(below) is null;

    /// <summary>Returns whether the walk comes to a folder without following a link.</summary>
    private bool IsFolderVisitedAnyway(string realPath) =>
        Below(realPath) is { } below && !IsHidden(below) && _glob?.MayContain(below) != false;

    /// <summary>Returns the path below the source, or <see langword="null"/> if the path is not below it.</summary>
    private string? Below(string realPath)
    {
        string below = Path.GetRelativePath(_root, realPath).Replace(Path.DirectorySeparatorChar, '/');
        return Path.IsPathRooted(below) || below == ".." || below.StartsWith("../", StringComparison.Ordinal) ? null
            : below == "." ? ""
            : below;
    }

    private static bool IsHidden(string folderBelow) =>
        folderBelow.Length > 0 && DataFileRule.Judge(folderBelow + "/x.parquet") is not null;

    private static SourceEntry Skip(Place place, SkipReason reason) => new(SourceFile.OnDisk(place.Path)) { SkippedBecause = reason };

    private static SourceEntry Fail(Place folder, Exception exception)
    {
        var file = SourceFile.OnDisk(folder.Path);
        string name = PlainText.Escape(folder.Path);
        LoadException failure = exception switch
        {
            UnauthorizedAccessException => new SourceAccessDeniedException(
                $"Access denied listing {name}. Grant the loader read access to the folder, or load the other folders by name.", exception)
            { File = file },
            DirectoryNotFoundException => new SourceNotFoundException(
                $"{name} could not be listed: there is no folder with that name. It was removed meanwhile, or its name is not valid UTF-8.",
                exception)
            { File = file },
            _ => new UnavailableException($"{name} could not be listed: {PlainText.Escape(exception.Message)}", exception) { File = file },
        };
        return new SourceEntry(file) { Failure = failure };
    }

    /// <summary>A file or folder to look at.</summary>
    /// <param name="Path">The path as the user would write it.</param>
    /// <param name="Below">The path below the source, with <c>/</c> between segments.</param>
    /// <param name="RealPath">The path without links, unless the place is a link itself.</param>
    /// <param name="IsFolder">Whether it is a folder, or a link to one.</param>
    /// <param name="IsLink">Whether it is a link.</param>
    private sealed record Place(string Path, string Below, string RealPath, bool IsFolder, bool IsLink)
    {
        /// <summary>Gets a value indicating whether a folder above it is a link.</summary>
        public bool IsReachedByLink { get; init; }

        /// <summary>Gets the size of the file, or <see langword="null"/> for folders and links.</summary>
        public long? Bytes { get; init; }

        /// <summary>Gets the time of the last modification; of a link, that of the link itself.</summary>
        public DateTimeOffset? LastModified { get; init; }

        public string SortKey { get; } = IsFolder ? Below + "/" : Below;
    }
}
