using System.CommandLine;
using System.Text.RegularExpressions;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Commands;

/// <summary><c>loader replay</c>: loads kept rows again.</summary>
internal static partial class ReplayCommand
{
    /// <summary>The text after the options in the command's help.</summary>
    public const string Notes =
        """
        Each file of kept rows below the location is loaded once, with the versions of the first attempt: a row never replaces a value
        that was corrected in the meantime. Rows that are refused again stay in their file, with their first source. Files of other rows
        are skipped. A file whose rows are all stored stays where it is: delete it when you no longer need it.

        Examples:
          loader replay rejected
          loader replay rejected/duckdb-0123456789ab/lake --duckdb energy.duckdb
          loader replay s3://bucket/rejected/ --sink timestream --json
          loader replay rejected --sink influxdb

        The exit codes are the same as those of 'loader load': 4 means that too many rows are still refused.
        """;

    /// <summary>Creates the command.</summary>
    public static Command Create(CliHost host, Option<bool> verbose)
    {
        Argument<string> location = SharedOptions.Source(
            "location", "A folder or s3://bucket/prefix/ of kept rows, or one file of them");
        var destination = new DestinationOptions();
        Option<DatasetType?> dataset = SharedOptions.DatasetOfAllFiles();
        Option<bool> dryRun = SharedOptions.DryRun();
        Option<bool> json = SharedOptions.Json();
        var command = new Command("replay", "Load invalid and rejected rows again that earlier loads kept")
        {
            location, destination.Sink, destination.DuckDb, dataset, dryRun, destination.Metrics, json,
        };
        command.Validators.Add(result => destination.Check(result, dryRun));
        command.SetAction((result, _) => LoadExecution.ExecuteAsync(host, new LoadSettings
        {
            Sources = [result.GetValue(location)!],
            Sink = destination.GetSink(result),
            DuckDbFile = destination.GetDuckDbFile(result, host),
            Dataset = result.GetValue(dataset),
            IsReplay = true,
            IsDryRun = result.GetValue(dryRun),
            Rejected = result.GetValue(dryRun) ? null : FindRoot(result.GetValue(location)!, SharedOptions.DefaultRejected(host)),
            PublishesMetrics = result.GetValue(destination.Metrics),
            Json = result.GetValue(json),
            Verbose = result.GetValue(verbose),
        }));
        return command;
    }

    /// <summary>
    /// Returns the location of kept rows that a path belongs to, so that rows that are refused again get the same path and not one inside
    /// of it.
    /// </summary>
    /// <param name="path">The path that the user named.</param>
    /// <param name="configured">The location that a load would use.</param>
    /// <returns>
    /// What precedes the folder of a destination; without one, the location that contains the path; otherwise the path if it is a folder.
    /// </returns>
    internal static string FindRoot(string path, string configured)
    {
        Group folder = DestinationFolder().Match(path).Groups["key"];
        return folder.Success ? path[..folder.Index] is { Length: > 0 } root ? root : "."
            : !SourceListing.IsFolder(path) || IsBelow(path, configured) ? configured
            : path;
    }

    private static bool IsBelow(string path, string location) => FullName(path).StartsWith(FullName(location), StringComparison.Ordinal);

    private static string FullName(string path) =>
        (path.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) ? path : Path.GetFullPath(path)).TrimEnd('/') + "/";

    /// <summary>Matches the folder of a destination: <see cref="Destination.Key"/>.</summary>
    [GeneratedRegex(
        "(^|/)(?<key>[a-z]{1,20}-[0-9a-f]{12})(/|$)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex DestinationFolder();
}
