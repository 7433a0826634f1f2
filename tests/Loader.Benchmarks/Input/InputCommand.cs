using System.CommandLine;

namespace Loader.Benchmarks.Input;

/// <summary>Writes an input file to keep, for a profiler or another loader.</summary>
internal static class InputCommand
{
    private static readonly Option<string> Out = new("--out") { Description = "The file to write.", Required = true };
    private static readonly Option<long> Rows = new("--rows") { Description = "Rows.", DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> RowsPerRowGroup = new("--rows-per-row-group")
    {
        Description = "Rows of every row group but the last.",
        DefaultValueFactory = _ => InputFolder.SmallRowGroup,
    };

    private static readonly Option<bool> Short = new("--short-series") { Description = "Write 10,000 short series instead of 24 interleaved ones." };

    public static Command Create()
    {
        var command = new Command("input", "Writes a file as the harness measures with.") { Out, Rows, RowsPerRowGroup, Short };
        command.SetAction(arguments =>
        {
            string path = Path.GetFullPath(arguments.GetValue(Out)!);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            InputShape shape = arguments.GetValue(Short) ? InputShape.ShortSeries : InputShape.Interleaved;
            InputFile.Write(path, shape, arguments.GetValue(Rows), arguments.GetValue(RowsPerRowGroup));
        });
        return command;
    }
}
