using Amazon.S3;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Disk;
using Loader.Infrastructure.S3;

namespace Loader.Cli.Checking;

/// <summary>Checks whether invalid and rejected rows can be kept, without keeping any.</summary>
/// <param name="location">The place: a folder or <c>s3://bucket/prefix/</c>.</param>
/// <param name="options">The AWS settings.</param>
internal sealed class RejectedRowsCheck(string location, LoaderOptions options)
{
    /// <summary>Checks the place.</summary>
    /// <param name="hasIdentity">Whether there are a region and credentials, if AWS is used.</param>
    /// <param name="storesEverything">The name of a server that would store an upload that is sent to be refused.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>What was found.</returns>
    public async Task<CheckResult> RunAsync(bool hasIdentity, string? storesEverything, CancellationToken cancellationToken)
    {
        const string Name = "rejected rows";
        if (S3Uri.TryParse(location, out S3Uri uri))
        {
            if (!hasIdentity)
            {
                return CheckResult.Skipped(Name, "Writing to S3 needs a region and credentials.");
            }

            try
            {
                using IAmazonS3 s3 = S3ClientFactory.Create(options.Aws);
                return await new S3HealthCheck(s3).TryKeepAsync(uri, storesEverything, cancellationToken).ConfigureAwait(false);
            }
            catch (ConfigurationException failure)
            {
                return CheckResult.Failed(Name, failure);
            }
        }

        string place = PlainText.Escape(location);
        const string Remedy = "Choose another folder with --rejected or REJECTED_ROWS_LOCATION, or allow this user to write to it.";
        return FolderAccess.NearestExisting(location) is not { } existing
            ? CheckResult.Failed(Name, $"{place} is no folder, and none can be made there.", Remedy)
            : FolderAccess.CanWrite(existing) switch
            {
                true => CheckResult.Ok(Name, $"Invalid and rejected rows can be kept in {place}."),
                false => CheckResult.Failed(
                    Name, $"No files can be made in {PlainText.Escape(existing)}, so that rows cannot be kept in {place}.", Remedy),
                null => CheckResult.Warning(Name, $"Not shown: this system does not tell whether files can be made in {place}."),
            };
    }
}
