using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Loader.Benchmarks.HotLoops;

/// <summary>
/// Measures time and allocation of each loop. Every benchmark counts a row as an operation, so <c>Mean</c> and <c>Min</c> are times a row and <c>Allocated</c> is
/// bytes a row. On a machine that is shared, <c>Min</c> is the figure to compare. Runs in this process, so that the project's build settings apply.
/// </summary>
internal sealed class HotLoopConfig : ManualConfig
{
    public HotLoopConfig()
    {
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(15));
        AddLogger(ConsoleLogger.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.Min);
        AddDiagnoser(MemoryDiagnoser.Default);
        AddExporter(BenchmarkDotNet.Exporters.MarkdownExporter.GitHub);
        WithOptions(ConfigOptions.JoinSummary);
    }
}
