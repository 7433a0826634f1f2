using Amazon.Runtime;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Loader.Tests.Lambda;
using Loader.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Loader.Tests.Packaging;

/// <summary>The library in a generic host, as a service uses it.</summary>
public sealed class HostTests
{
    private const int Rows = 250;

    private string _folder = null!;
    private string _file = null!;

    [OneTimeSetUp]
    public void WriteFile()
    {
        _folder = Directory.CreateTempSubdirectory("loader-").FullName;
        _file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "dataset=generation")).FullName, "a.parquet");
        File.WriteAllBytes(_file, SomeFiles.Generation(Rows));
    }

    [OneTimeTearDown]
    public void DeleteFile() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_host_that_sets_options_loads_into_Timestream()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddLoader(options =>
        {
            options.Timestream.DatabaseName = EnergyTables.Database;
            options.Timestream.GenerationTableName = EnergyTables.Generation;
            options.Timestream.ConsumptionTableName = EnergyTables.Consumption;
            options.Timestream.TransmissionTableName = EnergyTables.Transmission;
            options.Aws.Region = "eu-west-1";
            options.Aws.Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret");
            options.Aws.TimestreamEndpoint = server.Endpoint;
            options.Aws.CloudWatchEndpoint = server.Endpoint;
        });
        using IHost host = builder.Build();
        await host.StartAsync();

        LoadReport report = await host.Services.GetRequiredService<LoadParquetFile>().LoadAsync(new LoadRequest(SourceFile.OnDisk(_file)), CancellationToken.None);
        await host.StopAsync();

        Assert.That(report.Ledger, Is.EqualTo(new Ledger { Read = Rows, Written = Rows }));
        Assert.That(server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation).Count, Is.EqualTo(Rows));
    }

    [Test]
    public async Task A_host_with_a_custom_sink_needs_no_settings_of_Timestream()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddLoader(builder.Configuration).UseSink<ScriptedSink>();
        using IHost host = builder.Build();
        await host.StartAsync();

        LoadReport report = await host.Services.GetRequiredService<LoadParquetFile>().LoadAsync(new LoadRequest(SourceFile.OnDisk(_file)), CancellationToken.None);
        await host.StopAsync();

        Assert.That(report.Ledger.Written, Is.EqualTo(Rows));
        Assert.That(((ScriptedSink)host.Services.GetRequiredService<IRecordSink>()).Stored, Has.Count.EqualTo(Rows));
    }

    [Test]
    public void A_host_with_wrong_settings_does_not_start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection([new("TIMESTREAM_DATABASE_NAME", "energy"), new("MAX_CONCURRENCY", "0")]);
        builder.Services.AddLoader(builder.Configuration);
        using IHost host = builder.Build();

        Assert.That(
            () => host.StartAsync(),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("MAX_CONCURRENCY is 0").And.Message.Contains("GENERATION_TABLE_NAME is not set"));
    }
}
