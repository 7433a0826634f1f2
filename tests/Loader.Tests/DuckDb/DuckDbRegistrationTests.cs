using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Cli.Samples;
using Loader.Domain;
using Loader.DuckDb;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Loader.Tests.DuckDb;

/// <summary>The sink in a generic host, registered as a service that references the package does.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DuckDbRegistrationTests
{
    [Test]
    public async Task A_host_loads_a_sample_file_into_DuckDB([Values] bool sinkFirst)
    {
        using var file = new DuckDbFile();
        (string path, long rowCount) = (await SampleWriter.WriteAsync(
            SampleDataset.All[0], new SampleSettings { Folder = Path.GetDirectoryName(file.Location)!, Days = 1 }, CancellationToken.None)).Single();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        if (sinkFirst)
        {
            builder.Services.AddLoaderDuckDb(options => options.Path = file.Location);
        }

        builder.Services.AddLoader(builder.Configuration).UseSink<DuckDbSink>();
        if (!sinkFirst)
        {
            builder.Services.AddLoaderDuckDb(options => options.Path = file.Location);
        }

        LoadReport report;
        IReadOnlyList<TableSummary> tables;
        using (IHost host = builder.Build())
        {
            await host.StartAsync();
            report = await host.Services.GetRequiredService<LoadParquetFile>().LoadAsync(new LoadRequest(SourceFile.OnDisk(path)), CancellationToken.None);
            tables = await host.Services.GetRequiredService<DuckDbSink>().SummarizeAsync(CancellationToken.None);
            await host.StopAsync();
        }

        Assert.That(report.Ledger, Is.EqualTo(new Ledger { Read = rowCount, Written = rowCount }));
        Assert.That(tables.Single(), Has.Property(nameof(TableSummary.RowCount)).EqualTo(rowCount).And.Property(nameof(TableSummary.Changes)).EqualTo(new TableChanges(rowCount, 0, 0)));
        Assert.That(file.Stored(), Has.Count.EqualTo(rowCount));
    }

    [Test]
    public void The_sink_and_the_port_are_one_instance()
    {
        var services = new ServiceCollection();
        services.AddLoaderDuckDb(options => options.Path = "energy.duckdb");
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IRecordSink>(), Is.SameAs(provider.GetRequiredService<DuckDbSink>()));
    }

    [Test]
    public void A_host_without_a_path_does_not_start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddLoaderDuckDb(_ => { });
        builder.Services.AddLoader(builder.Configuration).UseSink<DuckDbSink>();
        using IHost host = builder.Build();

        Assert.That(() => host.StartAsync(), Throws.TypeOf<ConfigurationException>().With.Message.Contains("DuckDbOptions.Path is not set"));
    }
}
