using System.Runtime.CompilerServices;
using Amazon.S3;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.S3;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet;

/// <summary>Provides the mappings of all files: those that were set in code, or those of a file that is read once.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="options">The options for reading.</param>
/// <param name="s3">The S3 client, created only if the mappings are in S3.</param>
/// <param name="time">The clock for download time-outs.</param>
public sealed class MappingProvider(SourceOptions options, Lazy<IAmazonS3> s3, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task<SourceMappings>? _reading;

    /// <summary>Returns the mappings. The first call reads their file; a call after a failed one reads it again.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The mappings.</returns>
    /// <exception cref="ConfigurationException">The file does not exist, access to it is denied, or a mapping is wrong.</exception>
    /// <exception cref="UnavailableException">The file could not be reached.</exception>
    public async Task<SourceMappings> GetAsync(CancellationToken cancellationToken)
    {
        if (options.MappingLocation is not { } location)
        {
            return options.Mappings;
        }

        Task<SourceMappings> reading;
        lock (_lock)
        {
            if (_reading is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _reading = ReadAsync(location, CancellationToken.None);
            }

            reading = _reading;
        }

        try
        {
            return await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            // Each load fails with an exception of its own, because the exception carries the report of the load.
            throw failure.IsTransient
                ? new UnavailableException(failure.Message, failure)
                : new ConfigurationException(failure.Message, failure) { Faults = (failure as ConfigurationException)?.Faults ?? [] };
        }
    }

    /// <summary>Reads mappings from a file on disk or in S3.</summary>
    /// <param name="location">A path, or <c>s3://bucket/key</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The mappings.</returns>
    public async Task<SourceMappings> ReadAsync(string location, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        SourceFile file = S3Uri.TryParse(location, out S3Uri uri) && uri.Key.Length > 0
            ? SourceFile.InS3(uri.Bucket, uri.Key)
            : SourceFile.OnDisk(location);
        try
        {
            RandomAccessFile source = file.IsLocal ? new LocalFile(file) : new S3Bytes(file, s3, time, S3Limits.Default);
            await using ConfiguredAsyncDisposable _ = source.ConfigureAwait(false);
            await source.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (source.Length > SourceMappings.MaxBytes)
            {
                throw new ConfigurationException(PlainText.Escape(
                    $"The mapping {location} has {source.Length} bytes; allowed are {SourceMappings.MaxBytes}."));
            }

            byte[] json = new byte[source.Length];
            await source.ReadAsync(0, json, cancellationToken).ConfigureAwait(false);
            return SourceMappings.Parse(json, location);
        }
        catch (LoadException failure) when (failure is not ConfigurationException && !failure.IsTransient)
        {
            throw new ConfigurationException($"The mapping {PlainText.Escape(location)} cannot be read: {failure.Message}", failure);
        }
    }
}
