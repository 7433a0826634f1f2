using Amazon.S3;
using Loader.Application;
using Loader.Application.Results;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Infrastructure.S3;
using Loader.LocalAws;
using Loader.Parquet.Reading;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>The bytes that a load takes from S3, against those of the chunks it needs and of the footer.</summary>
internal static class S3Download
{
    private const string Bucket = "data";

    public static async Task<S3Result> RunAsync(InputFolder inputs, CancellationToken cancellationToken)
    {
        const int Rows = 10 * InputFolder.SmallRowGroup;
        string path = inputs.FileOf(InputShape.Interleaved, Rows);
        var file = SourceFile.InS3(Bucket, $"dataset={InputShape.Interleaved.Dataset}/input.parquet");
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(new() { KeepRequests = false }, cancellationToken);
        server.S3.Put(Bucket, file.Key, await File.ReadAllBytesAsync(path, cancellationToken));
        var aws = new AwsOptions { Region = Loads.Region, Credentials = Loads.Credentials, S3Endpoint = server.Endpoint };
        using IAmazonS3 client = S3ClientFactory.Create(aws);
        LoadReport report = await Loads.LoadAsync(file, new Lazy<IAmazonS3>(client), Loads.Preparing(), new LoadOptions(), cancellationToken);
        return new S3Result(Rows, report.BytesRead, await NeededAsync(path, cancellationToken), new FileInfo(path).Length);
    }

    private static async Task<long> NeededAsync(string path, CancellationToken cancellationToken)
    {
        await using var bytes = new LocalFile(SourceFile.OnDisk(path));
        await bytes.OpenAsync(cancellationToken);
        FileLayout layout = await FileLayout.ReadAsync(bytes, cancellationToken);
        (ColumnPlan? plan, _) = SchemaValidator.Validate(layout.Schema, DatasetType.Generation, path);
        long chunks = plan!.Columns.Sum(column => layout.Metadata.RowGroups.Sum(group => group.Chunks[column.LeafIndex].CompressedSize));
        return chunks + bytes.Length - layout.DataEnd;
    }
}
