global using NUnit.Framework;
global using Rlm.Embedded.Containment.Tests.Fixtures;
global using Shouldly;
global using Case = Rlm.Embedded.Containment.Tests.Fixtures.Case;

[assembly: Category("Containment")]
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
