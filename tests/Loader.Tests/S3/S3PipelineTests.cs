using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.S3;

namespace Loader.Tests.S3;

/// <summary>The S3 client leaves out handlers of the SDK; hosts add theirs beside the others.</summary>
public sealed class S3PipelineTests
{
    // OpenTelemetry.Instrumentation.AWS, X-Ray and others add their handlers before or after these.
    [TestCase(typeof(MetricsHandler))]
    [TestCase(typeof(Marshaller))]
    [TestCase(typeof(RetryHandler))]
    [TestCase(typeof(Signer))]
    [TestCase(typeof(ErrorHandler))]
    [TestCase(typeof(Unmarshaller))]
    public void The_handlers_that_instrumentations_refer_to_stay(Type handler) => Assert.That(Handlers(), Has.Some.InstanceOf(handler));

    [TestCase(typeof(CallbackHandler))]
    [TestCase(typeof(ErrorCallbackHandler))]
    [TestCase(typeof(CompressionHandler))]
    [TestCase(typeof(EndpointDiscoveryHandler))]
    public void Handlers_that_have_nothing_to_do_are_removed(Type handler) => Assert.That(Handlers(), Has.None.InstanceOf(handler));

    private static List<IPipelineHandler> Handlers()
    {
        var customizer = new Recorder();
        RuntimePipelineCustomizerRegistry.Instance.Register(customizer);
        try
        {
            using IAmazonS3 client = S3ClientFactory.Create(new AwsOptions { Region = "eu-west-1" });
        }
        finally
        {
            RuntimePipelineCustomizerRegistry.Instance.Deregister(customizer);
        }

        return customizer.Pipelines.First();
    }

    /// <summary>Sees the pipelines of all clients that are created meanwhile, also by other tests.</summary>
    private sealed class Recorder : IRuntimePipelineCustomizer
    {
        public ConcurrentQueue<List<IPipelineHandler>> Pipelines { get; } = [];

        public string UniqueName { get; } = Guid.NewGuid().ToString();

        public void Customize(Type serviceClientType, RuntimePipeline pipeline)
        {
            if (serviceClientType == typeof(S3Client))
            {
                Pipelines.Enqueue(pipeline.Handlers);
            }
        }
    }
}
