// The leaves of the packet path, one by one:
//   dotnet run -c Release --project bench/Tertulia.Benchmarks -- --filter '*Srtp*'
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Tertulia.Benchmarks.SrtpBenchmarks).Assembly).Run(args);
