using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.LocalAws;

/// <summary>One server for a fixture; each test makes a table of its own.</summary>
internal abstract class TimestreamFixture
{
    private static int _tables;

    protected static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    protected FakeTimeProvider Time { get; } = new(Now);

    protected LocalAwsServer Server { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => Server = await LocalAwsServer.StartAsync(Options());

    [OneTimeTearDown]
    public async Task StopAsync() => await Server.DisposeAsync();

    protected virtual LocalAwsOptions Options() => new() { TimeProvider = Time };

    /// <summary>A table with one hour of memory store, and a magnetic store of 30 days if wanted.</summary>
    protected TimestreamTable NewTable(bool magnetic = false) => Server.Timestream.CreateTable(
        "energy",
        $"table-{Interlocked.Increment(ref _tables)}",
        new TableSettings { MemoryStoreHours = 1, MagneticStoreDays = 30, MagneticStoreWrites = magnetic });

    /// <summary>Writes records given as JSON, with optional common attributes.</summary>
    protected Task<AwsJsonAnswer> WriteAsync(TimestreamTable table, string records, string? common = null) => Server.TimestreamAsync(
        "WriteRecords",
        $$"""{"DatabaseName":"energy","TableName":"{{table.Name}}",{{(common is null ? "" : $"\"CommonAttributes\":{common},")}}"Records":[{{records}}]}""");

    /// <summary>A record of one series at the fixture's time plus an offset.</summary>
    protected static string Record(string value = "1.5", long? version = null, TimeSpan offset = default, string region = "SE", string more = "") =>
        $$"""
        {"Dimensions":[{"Name":"region","Value":"{{region}}"}],"MeasureName":"value","MeasureValue":"{{value}}",
         "Time":"{{(Now + offset).ToUnixTimeMilliseconds()}}"{{(version is null ? "" : $",\"Version\":{version}")}}{{more}}}
        """;
}
