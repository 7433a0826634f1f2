namespace Loader.Benchmarks.EndToEnd;

/// <summary>Tells on standard error what is going on; standard output is for results.</summary>
internal static class Progress
{
    public static void Say(FormattableString text) => Console.Error.WriteLine(FormattableString.Invariant(text));
}
