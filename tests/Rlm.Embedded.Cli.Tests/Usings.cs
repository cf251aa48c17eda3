global using NUnit.Framework;
global using Rlm.Embedded.Cli.Tests.Fixtures;
global using Shouldly;

[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
