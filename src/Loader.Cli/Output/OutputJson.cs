using System.Text.Json.Serialization;

namespace Loader.Cli.Output;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunDocument))]
internal sealed partial class OutputJson : JsonSerializerContext;
