using Amazon.S3;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Timestream;
using Loader.LocalAws;
using Loader.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NSubstitute;

namespace Loader.Tests.Configuration;

/// <summary>Every way to register the loader in a host, and how faults name what the host set.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LoaderBuilderTests
{
    [Test]
    public async Task Timestream_is_the_sink_unless_another_is_chosen()
    {
        await using ServiceProvider provider = Build(services => services.AddLoader().UseTimestream(SetTables));

        Assert.That(provider.GetRequiredService<IRecordSink>(), Is.InstanceOf<TimestreamSink>());
        Assert.That(provider.GetRequiredService<IMetricsPublisher>(), Is.InstanceOf<CloudWatchPublisher>());
    }

    [Test]
    public async Task InfluxDb_can_be_chosen_in_code_over_the_configuration()
    {
        await using ServiceProvider provider = Build(services => services
            .AddLoader(Settings(("SINK", "timestream"), ("INFLUXDB_URL", "https://host:8086"), ("INFLUXDB_TOKEN", "t")))
            .UseInfluxDb(influx => influx.Database = "energy"));

        Assert.That(provider.GetRequiredService<IRecordSink>(), Is.InstanceOf<InfluxDbSink>());
        Assert.That(OptionsOf(provider).InfluxDb.Url, Is.EqualTo("https://host:8086"));
    }

    [Test]
    public async Task The_later_of_code_and_configuration_counts()
    {
        await using ServiceProvider codeLast = Build(services => services
            .AddLoader(Settings(("MAX_RETRIES", "5"))).UseTimestream(SetTables).Configure(options => options.Timestream.MaxRetries = 7));
        await using ServiceProvider configurationLast = Build(services => services
            .AddLoader(options => options.Timestream.MaxRetries = 7).UseTimestream(SetTables).Configure(Settings(("MAX_RETRIES", "5"))));

        Assert.That(OptionsOf(codeLast).Timestream.MaxRetries, Is.EqualTo(7));
        Assert.That(OptionsOf(configurationLast).Timestream.MaxRetries, Is.EqualTo(5));
    }

    [Test]
    public async Task A_sink_of_the_host_needs_no_settings_of_a_cloud_and_publishes_no_metrics()
    {
        await using ServiceProvider provider = Build(services => services.AddLoader().UseSink<ScriptedSink>());

        Assert.That(provider.GetRequiredService<IRecordSink>(), Is.InstanceOf<ScriptedSink>());
        Assert.That(provider.GetRequiredService<IMetricsPublisher>(), Is.Not.InstanceOf<CloudWatchPublisher>());
        Assert.That(() => OptionsOf(provider), Throws.Nothing);
        Assert.That(provider.GetRequiredService<LoadParquetFiles>(), Is.Not.Null);
    }

    [Test]
    public async Task A_sink_that_the_host_registers_itself_counts_before_and_after([Values] bool isBefore)
    {
        IRecordSink own = Substitute.For<IRecordSink>();
        await using ServiceProvider provider = Build(services =>
        {
            if (isBefore)
            {
                services.AddSingleton(own);
            }

            services.AddLoader();
            if (!isBefore)
            {
                services.AddSingleton(own);
            }
        });

        Assert.That(provider.GetRequiredService<IRecordSink>(), Is.SameAs(own));
        Assert.That(() => OptionsOf(provider), Throws.Nothing);
    }

    [Test]
    public async Task The_sink_and_its_port_are_one_instance()
    {
        await using ServiceProvider provider = Build(services =>
        {
            services.AddLoaderDuckDb(options => options.Path = "energy.duckdb");
            services.AddLoader().UseSink<DuckDbSink>();
        });

        Assert.That(provider.GetRequiredService<IRecordSink>(), Is.SameAs(provider.GetRequiredService<DuckDbSink>()));
    }

    [Test]
    public async Task A_sink_of_the_host_can_publish_to_CloudWatch()
    {
        await using ServiceProvider provider = Build(services => services.AddLoader().UseSink<ScriptedSink>().UseCloudWatch());

        Assert.That(provider.GetRequiredService<IMetricsPublisher>(), Is.InstanceOf<CloudWatchPublisher>());
    }

    [Test]
    public async Task Metrics_can_be_published_elsewhere_or_not_at_all()
    {
        await using ServiceProvider own = Build(services => services.AddLoader().UseTimestream(SetTables).UseMetrics<OwnMetrics>());
        await using ServiceProvider none = Build(services => services.AddLoader().UseTimestream(SetTables).UseNoMetrics());

        Assert.That(own.GetRequiredService<IMetricsPublisher>(), Is.InstanceOf<OwnMetrics>());
        Assert.That(none.GetRequiredService<IMetricsPublisher>(), Is.Not.InstanceOf<CloudWatchPublisher>());
    }

    [Test]
    public async Task An_S3_client_of_the_host_is_used([Values] bool isRegistered)
    {
        IAmazonS3 own = Substitute.For<IAmazonS3>();
        await using ServiceProvider provider = Build(services =>
        {
            if (isRegistered)
            {
                services.AddSingleton(own);
                services.AddLoader().UseSink<ScriptedSink>();
            }
            else
            {
                services.AddLoader().UseSink<ScriptedSink>().UseS3(_ => own);
            }
        });

        Assert.That(provider.GetRequiredService<Lazy<IAmazonS3>>().Value, Is.SameAs(own));
    }

    [Test]
    public async Task A_clock_of_the_host_is_used()
    {
        TimeProvider clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using ServiceProvider provider = Build(services =>
        {
            services.AddSingleton(clock);
            services.AddLoader().UseSink<ScriptedSink>();
        });

        Assert.That(provider.GetRequiredService<TimeProvider>(), Is.SameAs(clock));
    }

    [Test]
    public async Task Registering_twice_adds_one_loader()
    {
        await using ServiceProvider provider = Build(services =>
        {
            services.AddLoader().UseSink<ScriptedSink>();
            services.AddLoader();
        });

        Assert.That(provider.GetServices<LoadParquetFiles>().Count(), Is.EqualTo(1));
        Assert.That(provider.GetRequiredService<IRecordSink>(), Is.InstanceOf<ScriptedSink>());
    }

    [Test]
    public async Task Handlers_of_the_host_see_the_requests()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();
        server.S3.CreateBucket("bucket");
        var seen = new List<string>();
        await using ServiceProvider provider = Build(services => services
            .AddLoader(options =>
            {
                options.Aws.Region = "eu-west-1";
                options.Aws.Credentials = new Amazon.Runtime.BasicAWSCredentials("AKIALOCALAWS", "local-secret");
                options.Aws.TimestreamEndpoint = options.Aws.S3Endpoint = server.Endpoint;
                options.Aws.WrapHttpHandler = inner => new Recording(inner, seen);
            })
            .UseTimestream(SetTables));

        await provider.GetRequiredService<IRecordSink>().InspectAsync(DatasetType.Generation, CancellationToken.None);
        await provider.GetRequiredService<Lazy<IAmazonS3>>().Value.PutObjectAsync(
            new Amazon.S3.Model.PutObjectRequest { BucketName = "bucket", Key = "y", ContentBody = "z" });

        Assert.That(seen, Has.Some.Contains("Timestream_20181101.DescribeTable").And.Some.Contains("PUT"));
    }

    [Test]
    public void Faults_name_options_that_code_set()
    {
        using ServiceProvider provider = Build(services => services.AddLoader(options => options.Timestream.MaxBatchSize = 1_000));

        Assert.That(
            () => OptionsOf(provider),
            Throws.TypeOf<ConfigurationException>()
                .With.Message.Contains("Timestream.DatabaseName is not set").And.Message.Contains("Timestream.MaxBatchSize is 1000")
                .And.Message.Contains("Timestream.GenerationTableName is not set").And.Message.Not.Contains("_NAME"));
    }

    [Test]
    public void Faults_name_variables_that_were_read()
    {
        using ServiceProvider provider = Build(services => services.AddLoader(Settings(("MAX_RETRIES", "1000"), ("MAX_BATCH_SIZE", "many"))));

        Assert.That(
            () => OptionsOf(provider),
            Throws.TypeOf<ConfigurationException>()
                .With.Message.Contains("TIMESTREAM_DATABASE_NAME is not set").And.Message.Contains("MAX_RETRIES is 1000")
                .And.Message.Contains("MAX_BATCH_SIZE is 'many'"));
    }

    [Test]
    public void Faults_of_a_host_that_reads_and_sets_name_each_as_it_was_set()
    {
        using ServiceProvider provider = Build(services => services
            .AddLoader(Settings(("MAX_RETRIES", "1000"), ("INFLUXDB_URL", "https://host:8086")))
            .UseInfluxDb(influx => influx.BatchLines = 0));

        Assert.That(
            () => OptionsOf(provider),
            Throws.TypeOf<ConfigurationException>()
                .With.Message.Contains("MAX_RETRIES is 1000").And.Message.Contains("InfluxDb.BatchLines is 0")
                .And.Message.Contains("INFLUXDB_TOKEN or INFLUXDB_TOKEN_SECRET_ARN must be set"));
    }

    [Test]
    public void Faults_name_the_options_of_the_sink_that_is_used()
    {
        using ServiceProvider provider = Build(services => services.AddLoader().UseInfluxDb(influx => influx.MaxConcurrency = 0));

        Assert.That(
            () => OptionsOf(provider),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("InfluxDb.MaxConcurrency is 0").And.Message.Contains("InfluxDb.Url is not set"));
    }

    [Test]
    public void Faults_are_listed_one_by_one()
    {
        using ServiceProvider provider = Build(services => services.AddLoader());

        ConfigurationException failure = Assert.Throws<ConfigurationException>(() => OptionsOf(provider))!;

        Assert.That(failure.Faults, Has.Count.EqualTo(4).And.All.Contains("is not set"));
    }

    [Test]
    public void Every_setting_has_the_path_of_an_option()
    {
        foreach (LoaderSetting setting in LoaderSetting.All)
        {
            object? at = new LoaderOptions();
            foreach (string name in setting.PathFor(CloudSink.InfluxDb).Split('.'))
            {
                System.Reflection.PropertyInfo? property = at?.GetType().GetProperty(name);
                Assert.That(property, Is.Not.Null, setting.Path);
                at = property!.GetValue(at);
            }
        }
    }

    private static LoaderOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<LoaderOptions>>().Value;

    private static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value))).Build();

    private static void SetTables(TimestreamOptions timestream)
    {
        timestream.DatabaseName = "energy";
        timestream.GenerationTableName = "generation";
        timestream.ConsumptionTableName = "consumption";
        timestream.TransmissionTableName = "transmission";
    }

    private static ServiceProvider Build(Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        register(services);
        return services.BuildServiceProvider();
    }

    private sealed class OwnMetrics : IMetricsPublisher
    {
        public Task PublishAsync(LoadReport report, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Recording(HttpMessageHandler inner, List<string> seen) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add($"{request.Method} {request.RequestUri} {string.Join(' ', request.Headers.Select(header => string.Join(',', header.Value)))}");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
