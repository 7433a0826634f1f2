using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Loader.Application.Results;

namespace Loader.Tests.Deploy;

/// <summary>One list of failures in three places: the types, the table of docs/operations.md, the state machines.</summary>
public sealed class FailureContractTests
{
    private static readonly Dictionary<string, bool> Documented = ReadTable();

    private static IEnumerable<Type> Failures =>
        typeof(LoadException).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(LoadException)) && !type.IsAbstract);

    [Test]
    public void Every_failure_is_documented_and_every_documented_failure_exists()
    {
        Assert.That(Documented.Keys, Is.EquivalentTo(Failures.Select(type => type.Name)));
    }

    [Test]
    public void Failures_are_sealed_so_that_no_other_name_can_reach_a_state_machine()
    {
        Assert.That(Failures, Is.All.Property(nameof(Type.IsSealed)).True);
    }

    [TestCaseSource(nameof(Failures))]
    public void What_is_documented_to_be_retried_is_transient(Type failure)
    {
        // Where an instance decides (rejected rows that could not be kept), a blank one says what holds when nothing is known.
        bool isTransient = ((LoadException)RuntimeHelpers.GetUninitializedObject(failure)).IsTransient;

        Assert.That(Documented[failure.Name], Is.EqualTo(isTransient));
    }

    [Test]
    public void The_load_machine_retries_what_is_documented_to_be_retried()
    {
        IEnumerable<string> retried = NamesIn("Retry");

        Assert.That(retried, Is.EquivalentTo(Documented.Where(row => row.Value).Select(row => row.Key)));
    }

    [Test]
    public void The_load_machine_ends_with_the_name_of_what_is_documented_not_to_be_retried()
    {
        JsonObject catcher = LoadTask["Catch"]!.AsArray()[0]!.AsObject();

        Assert.That(NamesIn("Catch"), Is.EquivalentTo(Documented.Where(row => !row.Value).Select(row => row.Key)));
        Assert.That(catcher["ErrorEquals"]!.AsArray(), Has.Count.EqualTo(Documented.Count(row => !row.Value)));
        Assert.That(StateMachine.Load()["States"]![catcher["Next"]!.GetValue<string>()]!["ErrorPath"]!.GetValue<string>(), Is.EqualTo("$.error.Error"));
    }

    private static JsonObject LoadTask => StateMachine.Load()["States"]!["Load"]!.AsObject();

    /// <summary>Our names in a Retry or Catch list; those with a dot are the services'.</summary>
    private static IEnumerable<string> NamesIn(string field) =>
        LoadTask[field]!.AsArray()
            .SelectMany(entry => entry!["ErrorEquals"]!.AsArray())
            .Select(name => name!.GetValue<string>())
            .Where(name => !name.Contains('.', StringComparison.Ordinal));

    private static Dictionary<string, bool> ReadTable()
    {
        string[][] rows =
        [
            .. ProjectFiles.Read("docs/operations.md").Split('\n')
                .SkipWhile(line => !line.StartsWith("## Failures", StringComparison.Ordinal)).Skip(1)
                .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries)),
        ];

        return rows.ToDictionary(
            row => row[1].Trim('`'),
            row => row[4] switch
            {
                "yes" => true,
                "no" => false,
                _ => throw new FormatException($"The last column of {row[1]} says neither yes nor no."),
            });
    }
}
