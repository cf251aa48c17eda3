using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Trajectories;

namespace Rlm.Embedded.Cli.Export;

/// <summary>The verb `export`: a trajectory for the reference library's viewer.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        Verb command = new("export", "rewrites a trajectory of --log for the viewer of the reference library; the new file's path goes to stdout");
        Argument<string> file = new("file") { Description = "The trajectory, a JSONL file." };
        Option<string?> folder = Flag.Text("name a folder", "DIR", "The folder for the new file. Default: the current one.", "--to");
        command.Add(file);
        Verb.Add(command, "Flags", folder, Flag.Switch("Say more when something fails.", "--verbose", "-v"));
        command.SetAction(line =>
        {
            string path = line.GetRequiredValue(file);
            if (string.IsNullOrWhiteSpace(path))
            {
                throw new UsageException("FILE is empty; name a trajectory.");
            }

            InputFile.Check(path, "FILE", "name a trajectory, a file that --log wrote");
            try
            {
                TrajectoryRun run = TrajectoryFile.Read(path);
                string to = line.GetValue(folder) ?? ".";
                OutputTarget.CheckFolder(to, folder.Name);
                terminal.Out.WriteLine(ReferenceTrajectory.Export(run, to));
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
