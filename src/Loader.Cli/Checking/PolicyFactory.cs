using Loader.Cli.Loading;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.S3;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Checking;

/// <summary>Finds what the statements of a policy stand for with the settings of a load.</summary>
/// <param name="options">The options, which are valid.</param>
/// <param name="settings">The settings of the command.</param>
/// <param name="aws">The region.</param>
internal sealed class PolicyFactory(LoaderOptions options, CheckSettings settings, AwsSettings aws)
{
    private readonly Dictionary<string, IReadOnlyList<string>> _values = [];
    private readonly List<string> _needs = [];
    private readonly List<string> _notes = [];

    /// <summary>Creates the policy.</summary>
    /// <param name="verifies">Whether it is for verifying what is stored, and not for loading.</param>
    /// <param name="account">The account of the tables.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="Application.Results.ConfigurationException">No region is set, or it is none.</exception>
    public PolicyDocument Create(bool verifies, string account)
    {
        AddDestination(verifies, account);
        AddSources();
        if (!verifies)
        {
            AddRejectedRows();
        }

        if (S3Uri.TryParse(options.Source.MappingLocation ?? "", out S3Uri mapping))
        {
            Add("mapping", "mapping_object", ObjectsOf(mapping));
        }

        if (_needs.Count > 0)
        {
            _notes.Add("Buckets and secrets that are encrypted with a KMS key of your own also need kms:Decrypt, and the bucket with "
                + "rejected rows needs kms:GenerateDataKey. The settings do not name such keys.");
        }

        return PolicyDocument.Create(_values, _needs, _notes);
    }

    private void AddDestination(bool verifies, string account)
    {
        switch (settings.Load.Sink)
        {
            case SinkKind.Timestream:
                AwsRegion region = aws.Region();
                string[] tables = [.. DatasetType.All.OrderBy(dataset => dataset.Name, StringComparer.Ordinal).Select(dataset =>
                    $"arn:{PartitionOf(region)}:timestream:{region.Name}:{account}:database/{options.Timestream.DatabaseName}/table/"
                    + options.Timestream.TableOf(dataset))];
                Add(verifies ? "verify" : "write", "tables", tables);
                _needs.Add("timestream");
                break;

            case SinkKind.InfluxDb when options.InfluxDb.TokenSecretArn is { Length: > 0 } secret:
                Add("token_secret", "token_secret", secret);
                break;

            case SinkKind.InfluxDb:
                _notes.Add("InfluxDB checks the token and does not know IAM, so no statement is for it.");
                break;

            default:
                _notes.Add("DuckDB writes to a file, so no statement is for it.");
                break;
        }

        if (!verifies && settings.Load.Sink != SinkKind.DuckDb)
        {
            Add("metrics", "metrics_namespace", options.Metrics.Namespace);
        }
    }

    private void AddSources()
    {
        var sources = new List<(string Bucket, string Objects)>();
        foreach (string source in settings.Load.Sources)
        {
            if (SourceGlob.Parse(source) is { Bucket: { } bucket } glob)
            {
                // What a pattern matches begins with its longest prefix, which is all that IAM could compare in the same way.
                sources.Add((bucket, $"arn:{Partition}:s3:::{bucket}/{PolicyDocument.Literal(glob.KeyPrefix)}*"));
            }
            else if (S3Uri.TryParse(source, out S3Uri uri))
            {
                sources.Add((uri.Bucket, ObjectsOf(uri)));
            }
        }

        if (sources.Count == 0)
        {
            _notes.Add(
                "No source in S3 was given, so the policy allows reading none. Name one: loader check s3://bucket/prefix/ --policy.");
            return;
        }

        Add("source", "source_objects", [.. sources.Select(source => source.Objects).Distinct()]);
        Add("source", "source_bucket", [.. sources.Select(source => $"arn:{Partition}:s3:::{source.Bucket}").Distinct()]);
    }

    private void AddRejectedRows()
    {
        if (S3Uri.TryParse(settings.Rejected, out S3Uri location))
        {
            string prefix = location.Key.Length == 0 || location.Key.EndsWith('/') ? location.Key : location.Key + "/";
            Add("rejected_rows", "rejected_objects", ObjectsOf(location with { Key = prefix }));
        }
        else
        {
            _notes.Add("Rejected rows would be kept on disk, so no statement is for them. Name a place in S3 with --rejected.");
        }
    }

    private string Partition => aws.RegionName is null ? "aws" : PartitionOf(aws.Region());

    private static string PartitionOf(AwsRegion region) => region.IsChina ? "aws-cn" : region.IsGovernment ? "aws-us-gov" : "aws";

    /// <summary>Returns the ARN of an object, or the pattern for those below a prefix.</summary>
    private string ObjectsOf(S3Uri uri) =>
        $"arn:{Partition}:s3:::{uri.Bucket}/{PolicyDocument.Literal(uri.Key)}{(uri.Key.Length == 0 || uri.Key.EndsWith('/') ? "*" : "")}";

    private void Add(string need, string name, params string[] values)
    {
        _needs.Add(need);
        _values[name] = values;
    }
}
