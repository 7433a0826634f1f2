using System.Text.Json.Nodes;
using Loader.Application.Results;
using Loader.Lambda.Events;

namespace Loader.Tests.Lambda;

/// <summary>Every field of every event, with every kind of value in its place.</summary>
public sealed class OddEventTests
{
    private static readonly string?[] Values = [null, "true", "-1", "1.5", "1e400", "\"\"", "\"leak\"", "[]", "[1]", "{}", "{\"x\":1}"];

    [Test]
    public void Whatever_a_field_holds_an_event_is_taken_or_refused_by_name()
    {
        string[] events =
        [
            SomeEvents.S3(SomeEvents.S3Record("a%3Db.parquet", versionId: "v")), SomeEvents.EventBridge("a.parquet", versionId: "v"), SomeEvents.Test,
            SomeEvents.Sqs(("1", SomeEvents.S3(SomeEvents.S3Record("a.parquet")))), SomeEvents.Sns("{}"),
            SomeEvents.CloudTrail("a.parquet", versionId: "v"), SomeEvents.SnsToFunction(SomeEvents.EventBridge("a.parquet")),
        ];

        foreach (string odd in events.SelectMany(Mutations))
        {
            Exception? thrown = ThrownBy(() => Take(odd));

            Assert.That(thrown, Is.Null.Or.TypeOf<InvalidEventException>(), odd);
            Assert.That(thrown?.Message, Is.Null.Or.Not.Contains("leak"), odd);
        }

        static void Take(string text)
        {
            System.Text.Json.JsonElement element = Json.Of(text);
            if (SqsMessage.IsBatch(element))
            {
                SqsMessage.ReadBatch(element);
            }
            else
            {
                S3Event.Read(element);
            }
        }
    }

    [Test]
    public void Whatever_a_field_holds_an_input_is_taken_or_refused_by_name()
    {
        const string Input = """
            {"bucket":"data","key":"a.parquet","version_id":"v1","dataset":"consumption","version":7,"resumable":true,"listed":true,"event":{"etag":"e","version-id":"v"},
             "resume":{"row_group":3,"etag":"abc","version_id":"v1","version":9}}
            """;

        foreach (string odd in Mutations(Input))
        {
            Assert.That(ThrownBy(() => StepFunctionsInput.Read(Json.Of(odd))), Is.Null.Or.TypeOf<InvalidEventException>().Or.TypeOf<UnknownDatasetException>(), odd);
        }
    }

    private static Exception? ThrownBy(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static IEnumerable<string> Mutations(string text)
    {
        int count = Places(JsonNode.Parse(text)!).Count();
        for (int place = 0; place < count; place++)
        {
            foreach (string? value in Values)
            {
                JsonNode root = JsonNode.Parse(text)!;
                (JsonNode parent, object key) = Places(root).ElementAt(place);
                JsonNode? odd = value is null ? null : JsonNode.Parse(value);
                if (key is string name)
                {
                    parent[name] = odd;
                }
                else
                {
                    parent[(int)key] = odd;
                }

                yield return root.ToJsonString();
            }
        }
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode node)
    {
        IEnumerable<(object Key, JsonNode? Child)> children = node switch
        {
            JsonObject members => members.Select(member => ((object)member.Key, member.Value)),
            JsonArray items => items.Select((item, index) => ((object)index, item)),
            _ => [],
        };
        foreach ((object key, JsonNode? child) in children)
        {
            yield return (node, key);
            foreach ((JsonNode Parent, object Key) place in child is null ? [] : Places(child))
            {
                yield return place;
            }
        }
    }
}
