using System.Text.Json.Serialization;

namespace Loader.Cli.Inspecting;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InspectDocument))]
internal sealed partial class InspectJson : JsonSerializerContext;
