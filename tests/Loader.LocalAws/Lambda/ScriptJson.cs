using System.Text.Json;

namespace Loader.LocalAws.Lambda;

/// <summary>
/// A script as JSON, for tests that are not in this process: a list of <c>{"payload":…}</c>, <c>{"errorType":"…","errorMessage":"…"}</c>,
/// <c>{"status":429,"code":"…"}</c> and <c>{"pass":true}</c>.
/// </summary>
internal static class ScriptJson
{
    public static List<ScriptedAnswer> Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static ScriptedAnswer Read(JsonElement step)
    {
        var message = step.TryGetProperty("errorMessage", out var text) ? text.GetString()! : "scripted";
        if (step.TryGetProperty("status", out var status))
        {
            return ScriptedAnswer.ServiceError(status.GetInt32(), step.GetProperty("code").GetString()!, message);
        }

        if (step.TryGetProperty("errorType", out var type))
        {
            return ScriptedAnswer.Error(type.GetString()!, message);
        }

        return step.TryGetProperty("payload", out var payload) ? ScriptedAnswer.Answer(payload.GetRawText()) : ScriptedAnswer.Pass();
    }
}
