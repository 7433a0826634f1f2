using System.Security.Cryptography;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Aws.Json;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream;

/// <summary>Writes records to Amazon Timestream for LiveAnalytics. One instance serves all loads of a process, which share its permits and connections.</summary>
public sealed class TimestreamSink : IRecordSink, IDisposable
{
    private readonly TimestreamOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Lazy<TimestreamSession> _session;

    /// <summary>Initializes a new instance of the <see cref="TimestreamSink"/> class. Region and endpoint are looked for when the first load opens it.</summary>
    /// <param name="options">Where and how records are written.</param>
    /// <param name="aws">How AWS is reached.</param>
    /// <param name="timeProvider">The time.</param>
    /// <param name="logger">The log.</param>
    public TimestreamSink(TimestreamOptions options, AwsConnection aws, TimeProvider timeProvider, ILogger<TimestreamSink> logger)
        : this(options, aws, timeProvider, logger, NextRandom)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="TimestreamSink"/> class with a source of chance of one's own.</summary>
    /// <param name="options">Where and how records are written.</param>
    /// <param name="aws">How AWS is reached.</param>
    /// <param name="timeProvider">The time.</param>
    /// <param name="logger">The log.</param>
    /// <param name="random">Gives numbers from 0 to 1, for the waits before a request is sent again. Called from many threads.</param>
    internal TimestreamSink(TimestreamOptions options, AwsConnection aws, TimeProvider timeProvider, ILogger logger, Func<double> random)
    {
        _options = options;
        _timeProvider = timeProvider;
        _session = new Lazy<TimestreamSession>(() => new TimestreamSession(options, aws, random, logger, timeProvider));
    }

    /// <inheritdoc/>
    public async Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        TimestreamSession session = _session.Value;
        var table = new TableName(_options.DatabaseName, _options.TableOf(dataset), session.Region);
        TableDescription description = await session.Tables.GetAsync(table, cancellationToken).ConfigureAwait(false);
        return new TimestreamWriter(session, table, description, _timeProvider);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_session.IsValueCreated)
        {
            _session.Value.Dispose();
        }
    }

    private static double NextRandom() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
