namespace Loader.LocalAws.Lambda;

/// <summary>Distinguishes Lambda's two APIs by their path.</summary>
internal readonly record struct LambdaPath(string Operation, string? Function, string Rest)
{
    private const string Runtime = "/2018-06-01/runtime/";
    private const string NamedRuntime = "/_runtime/";
    private const string Functions = "/2015-03-31/functions/";
    private const string Invocations = "/invocations";

    /// <summary>Null if the target is not a Lambda path.</summary>
    public static LambdaPath? Parse(string target)
    {
        var path = target.Split('?', 2)[0];
        if (path.StartsWith(Functions, StringComparison.Ordinal) && path.EndsWith(Invocations, StringComparison.Ordinal))
        {
            return new("lambda:Invoke", path[Functions.Length..^Invocations.Length], string.Empty);
        }

        string? function = null;
        if (path.StartsWith(NamedRuntime, StringComparison.Ordinal) && path.IndexOf('/', NamedRuntime.Length) is var end and > 0)
        {
            function = Uri.UnescapeDataString(path[NamedRuntime.Length..end]);
            path = path[end..];
        }

        if (!path.StartsWith(Runtime, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = path[Runtime.Length..];
        return new("lambda-runtime:" + rest[(rest.LastIndexOf('/') + 1)..], function, rest);
    }
}
