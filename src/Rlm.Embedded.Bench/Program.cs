return Rlm.Embedded.Bench.BenchCommand.Run(args);
