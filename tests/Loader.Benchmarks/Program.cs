using System.CommandLine;
using BenchmarkDotNet.Running;
using Loader.Benchmarks.Backfill;
using Loader.Benchmarks.ColdStart;
using Loader.Benchmarks.DuckDb;
using Loader.Benchmarks.Endpoint;
using Loader.Benchmarks.EndToEnd;
using Loader.Benchmarks.HotLoops;
using Loader.Benchmarks.Influx;
using Loader.Benchmarks.Input;
using Loader.Benchmarks.Mapping;
using Loader.Benchmarks.Quality;
using Loader.Benchmarks.Readers;

// The harness and the processes that it starts are commands of their own; everything else is BenchmarkDotNet's.
Command[] commands =
[
    EndToEndCommand.Create(), EndpointCommand.Create(), LoadCommand.Create(), SmallFilesCommand.Create(), ColdStartCommand.Create(), FunctionMemoryCommand.Create(),
    InputCommand.Create(), CompareReadersCommand.Create(), CompareDuckDbCommand.Create(), ReadWithCommand.Create(),
    MappingSpeedCommand.Create(), QualityCommand.Create(), InfluxCommand.Create(), InfluxEndpointCommand.Create(), BackfillCommand.Create(),
];
if (args.Length > 0 && commands.FirstOrDefault(command => command.Name == args[0]) is { } chosen)
{
    var root = new RootCommand("Measures the loader.") { chosen };
    return await root.Parse(args).InvokeAsync();
}

BenchmarkSwitcher.FromAssembly(typeof(HotLoopConfig).Assembly).Run(args, new HotLoopConfig());
return 0;
