using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Loader.Benchmarks.HotLoops;

/// <summary>
/// Time and allocation of each loop. Every benchmark counts a row as an operation, so a mean is in time a row and <c>Allocated</c> in bytes a row. In this process,
/// so that the build settings of the project hold and nothing is built anew.
/// </summary>
internal sealed class HotLoopConfig : ManualConfig
{
    public HotLoopConfig()
    {
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(15));
        AddLogger(ConsoleLogger.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddDiagnoser(MemoryDiagnoser.Default);
        AddExporter(BenchmarkDotNet.Exporters.MarkdownExporter.GitHub);
        WithOptions(ConfigOptions.JoinSummary);
    }
}
