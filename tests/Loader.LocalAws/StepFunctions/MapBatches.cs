using System.Text;
using System.Text.Json.Nodes;

namespace Loader.LocalAws.StepFunctions;

/// <summary>Divides listed objects into the inputs of child executions, by the selector and the batcher of a distributed map.</summary>
public static class MapBatches
{
    /// <summary>Divides the objects.</summary>
    /// <param name="map">The map state.</param>
    /// <param name="input">The input of the state.</param>
    /// <param name="objects">The objects, as a listing has them.</param>
    /// <returns>The input of each child.</returns>
    public static IEnumerable<JsonObject> Create(JsonObject map, JsonObject input, IEnumerable<(string Key, long Size)> objects)
    {
        var batcher = map["ItemBatcher"]!.AsObject();
        var mostItems = batcher["MaxItemsPerBatch"]!.GetValue<int>();
        var mostBytes = batcher["MaxInputBytesPerBatch"]!.GetValue<int>();
        var items = new JsonArray();
        long bytes = 0;
        foreach (var (key, size) in objects)
        {
            var context = new JsonObject
            {
                ["Map"] = new JsonObject { ["Item"] = new JsonObject { ["Value"] = new JsonObject { ["Key"] = key, ["Size"] = size } } },
            };
            var item = StatePath.Fill(map["ItemSelector"], input, context);
            var itemBytes = Encoding.UTF8.GetByteCount(item!.ToJsonString(ChildExecution.AsCounted)) + 1;
            if (items.Count == mostItems || (items.Count > 0 && bytes + itemBytes > mostBytes))
            {
                yield return Child(batcher, items);
                items = [];
                bytes = 0;
            }

            items.Add(item);
            bytes += itemBytes;
        }

        if (items.Count > 0)
        {
            yield return Child(batcher, items);
        }
    }

    private static JsonObject Child(JsonObject batcher, JsonArray items) =>
        new() { ["BatchInput"] = batcher["BatchInput"]!.DeepClone(), ["Items"] = items };
}
