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
        var settings = new RecordingConfiguration();
        using ServiceProvider provider = new ServiceCollection().AddLoader(settings).BuildServiceProvider();

        _ = provider.GetRequiredService<IOptions<LoaderOptions>>().Value;

        IEnumerable<string> set = Variable().Matches(ProjectFiles.Read("deploy/terraform/functions.tf")).Select(match => match.Groups["name"].Value);
        Assert.That(set, Is.EquivalentTo(settings.Read));
    }

    /// <summary>A line such as <c>MAX_RETRIES = var.settings.max_retries</c>.</summary>
    [GeneratedRegex("^ +(?<name>[A-Z][A-Z0-9]*(_[A-Z0-9]+)+) += ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    /// <summary>Gives every setting that is asked for a usable value and remembers which were.</summary>
    private sealed class RecordingConfiguration : IConfiguration
    {
        public HashSet<string> Read { get; } = [];

        public string? this[string key]
        {
            get
            {
                Read.Add(key);
                return key == "SOURCE_TIME_ZONE" ? "UTC" : key.EndsWith("_NAME", StringComparison.Ordinal) ? "energy" : null;
            }
            set => throw new NotSupportedException();
        }

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public IChangeToken GetReloadToken() => throw new NotSupportedException();

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();
    }
}
