using Rlm.Embedded.Cli.Frame;

return Tool.Run(args);
