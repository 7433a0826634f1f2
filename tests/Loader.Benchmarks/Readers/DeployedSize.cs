using System.Reflection;
using System.Text.Json;

namespace Loader.Benchmarks.Readers;

/// <summary>
/// The size of what a reader adds to an application: its assemblies and native libraries for this system, with all dependencies.
/// </summary>
internal static class DeployedSize
{
    private const string System = "linux-x64";

    /// <summary>Adds up the files of a library and of everything that it depends on.</summary>
    /// <param name="library">The library's name in <c>.deps.json</c>.</param>
    /// <returns>The bytes of assemblies and of native libraries.</returns>
    public static (long Managed, long Native) Of(string library)
    {
        string deps = Path.ChangeExtension(Assembly.GetExecutingAssembly().Location, ".deps.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(deps));
        JsonElement targets = document.RootElement.GetProperty("targets").EnumerateObject().First().Value;
        Dictionary<string, JsonElement> libraries =
            targets.EnumerateObject().ToDictionary(p => p.Name.Split('/')[0], p => p.Value, StringComparer.Ordinal);
        var pending = new Stack<string>([library]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long managed = 0, native = 0;
        while (pending.TryPop(out string? name))
        {
            if (!seen.Add(name) || !libraries.TryGetValue(name, out JsonElement entry))
            {
                continue;
            }

            foreach (JsonProperty dependency in Members(entry, "dependencies"))
            {
                pending.Push(dependency.Name);
            }

            managed += Members(entry, "runtime").Sum(file => Length(Path.GetFileName(file.Name)));
            native += Members(entry, "runtimeTargets")
                .Where(file => file.Value.GetProperty("rid").GetString() == System)
                .Where(file => file.Value.GetProperty("assetType").GetString() == "native")
                .Sum(file => Length(file.Name));
        }

        return (managed, native);
    }

    private static IEnumerable<JsonProperty> Members(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.EnumerateObject() : [];

    private static long Length(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, file);
        return File.Exists(path) ? new FileInfo(path).Length : 0;
    }
}
