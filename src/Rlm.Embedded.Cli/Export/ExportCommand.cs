using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Trajectories;

namespace Rlm.Embedded.Cli.Export;

/// <summary>The verb `export`: a trajectory for the reference library's viewer.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new("export", "Rewrites a trajectory of --log for the viewer of the reference library. The new file's path goes to stdout.");
        Argument<string> file = new("file") { Description = "The trajectory." };
        Option<string> folder = new("--to") { Description = "The folder for the new file. Default: the current one.", DefaultValueFactory = _ => ".", HelpName = "DIR" };
        command.Add(file);
        command.Add(folder);
        command.Add(new Option<bool>("--verbose", "-v") { Description = "Say more when something fails." });
        command.SetAction(line =>
        {
            string path = line.GetRequiredValue(file);
            try
            {
                terminal.Out.WriteLine(ReferenceTrajectory.Export(TrajectoryFile.Read(path), line.GetRequiredValue(folder)));
                return ExitCode.Done;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"{path} cannot be exported: {exception.Message}");
            }
        });
        return command;
    }
}
