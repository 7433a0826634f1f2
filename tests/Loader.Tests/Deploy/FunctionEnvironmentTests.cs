using System.Text.RegularExpressions;
using Loader.Infrastructure.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Loader.Tests.Deploy;

public sealed partial class FunctionEnvironmentTests
{
    [Test]
    public void Terraform_sets_exactly_the_variables_that_the_loader_reads()
    {
        // The token is read from its secret: what Terraform sets is readable in its state and in the configuration of the function.
        IEnumerable<string> read = ReadWith("timestream").Union(ReadWith("influxdb")).Except(["INFLUXDB_TOKEN"]);

        string files = ProjectFiles.Read("deploy/terraform/functions.tf") + ProjectFiles.Read("deploy/terraform/influxdb.tf");
        Assert.That(Variable().Matches(files).Select(match => match.Groups["name"].Value), Is.EquivalentTo(read));
    }

    private static HashSet<string> ReadWith(string sink)
    {
        var settings = new RecordingConfiguration(sink);
        using ServiceProvider provider = new ServiceCollection().AddLoader(settings).Services.BuildServiceProvider();

        _ = provider.GetRequiredService<IOptions<LoaderOptions>>().Value;

        return settings.Read;
    }

    /// <summary>A line such as <c>MAX_RETRIES = var.settings.max_retries</c>.</summary>
    [GeneratedRegex("^ +(?<name>[A-Z][A-Z0-9]*(_[A-Z0-9]+)*) += ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    /// <summary>Gives every setting that is asked for a usable value and remembers which were.</summary>
    private sealed class RecordingConfiguration(string sink) : IConfiguration
    {
        public HashSet<string> Read { get; } = [];

        public string? this[string key]
        {
            get
            {
                Read.Add(key);
                return key switch
                {
                    "SINK" => sink,
                    "SOURCE_TIME_ZONE" => "UTC",
                    "INFLUXDB_URL" => "https://influxdb.example:8086",
                    "INFLUXDB_ENGINE" => "3",
                    "INFLUXDB_DATABASE" => "energy",
                    "INFLUXDB_TOKEN_SECRET_ARN" => "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3",
                    _ => key.EndsWith("_NAME", StringComparison.Ordinal) ? key : null,
                };
            }
            set => throw new NotSupportedException();
        }

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public IChangeToken GetReloadToken() => throw new NotSupportedException();

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();
    }
}
