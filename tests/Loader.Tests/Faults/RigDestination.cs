using Loader.Application.Ports;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Timestream;
using Loader.LocalAws;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.Faults;

/// <summary>What a <see cref="FaultRig"/> loads into: a server with scripted faults, and what a reader finds in it.</summary>
internal abstract class RigDestination : IAsyncDisposable
{
    /// <summary>Gets the faults of the server.</summary>
    public abstract FaultScript Faults { get; }

    /// <summary>Gets the operation that writes, as fault scripts name it.</summary>
    public abstract string WriteOperation { get; }

    /// <summary>Gets the name of the sink on the command line.</summary>
    public abstract string Sink { get; }

    /// <summary>Gets the settings of a process that loads into the server, with small requests.</summary>
    public abstract IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Directs a loader to the server, with small requests.</summary>
    public abstract void Configure(LoaderOptions options);

    /// <summary>Creates a sink whose waits between retries are 0, because the tests check results and not times.</summary>
    public abstract IRecordSink CreateSink(LoaderOptions options);

    /// <summary>Returns what a reader finds in the table of generation. Writes that the server has yet to apply are applied first.</summary>
    public abstract Dictionary<RecordIdentity, StoredValue> Read();

    /// <summary>Checks what must hold in the server at any time.</summary>
    public virtual void AssertSound()
    {
    }

    /// <summary>Is called between two loads that follow one another.</summary>
    public virtual void EndLoad()
    {
    }

    public abstract ValueTask DisposeAsync();
}

/// <summary>Timestream, in the server that also serves the files.</summary>
internal sealed class TimestreamDestination(LocalAwsServer server) : RigDestination
{
    public override FaultScript Faults => server.Faults;

    public override string WriteOperation => "timestream:WriteRecords";

    public override string Sink => "timestream";

    public override IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["MAX_BATCH_SIZE"] = "20" };

    public override void Configure(LoaderOptions options)
    {
        options.Timestream.DatabaseName = EnergyTables.Database;
        options.Timestream.GenerationTableName = EnergyTables.Generation;
        options.Timestream.ConsumptionTableName = EnergyTables.Consumption;
        options.Timestream.TransmissionTableName = EnergyTables.Transmission;
        options.Timestream.MaxBatchSize = 40;
        options.Timestream.RequestTimeout = TimeSpan.FromSeconds(30);
    }

    public override IRecordSink CreateSink(LoaderOptions options) => new TimestreamSink(
        options.Timestream, new AwsConnection(options.Aws, TimeProvider.System), TimeProvider.System, NullLogger.Instance, () => 0);

    public override Dictionary<RecordIdentity, StoredValue> Read() =>
        server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation).Records
            .ToDictionary(IdentityOf, record => new StoredValue(record.DoubleValue, record.Version));

    /// <summary>Does nothing: the rig ends the server.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static RecordIdentity IdentityOf(StoredRecord record) =>
        new(record.Time.UtcDateTime, record.Dimension("region")!, record.Dimension("energy_source")!, record.Dimension("quality_flag"));
}
