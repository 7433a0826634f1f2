using System.Text.Json;

namespace Loader.LocalAws.Lambda;

/// <summary>
/// A script as JSON, for tests in other processes: a list of <c>{"payload":…}</c>, <c>{"errorType":"…","errorMessage":"…"}</c>,
/// <c>{"status":429,"code":"…"}</c> and <c>{"pass":true}</c>.
/// </summary>
internal static class ScriptJson
{
    public static List<ScriptedResponse> Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static ScriptedResponse Read(JsonElement step)
    {
        var message = step.TryGetProperty("errorMessage", out var text) ? text.GetString()! : "scripted";
        if (step.TryGetProperty("status", out var status))
        {
            return ScriptedResponse.ServiceError(status.GetInt32(), step.GetProperty("code").GetString()!, message);
        }

        if (step.TryGetProperty("errorType", out var type))
        {
            return ScriptedResponse.Error(type.GetString()!, message);
        }

        return step.TryGetProperty("payload", out var payload) ? ScriptedResponse.Success(payload.GetRawText()) : ScriptedResponse.Pass();
    }
}
