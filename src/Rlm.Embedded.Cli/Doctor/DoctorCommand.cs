using System.CommandLine;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Doctor;

/// <summary>The verb `doctor`.</summary>
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Command command = new("doctor", "Says which Python is used and why, what holds model-written code, and which model keys are set.");
        Option<bool> json = new("--json") { Description = "One JSON object on stdout." };
        command.Add(json);
        command.Add(new Option<bool>("--verbose", "-v") { Description = "Say more when something fails." });
        command.SetAction(line =>
        {
            Diagnosis diagnosis = Diagnosis.MakeAsync(cancellationToken).GetAwaiter().GetResult();
            if (line.GetValue(json))
            {
                DoctorJson.Write(terminal, diagnosis);
            }
            else
            {
                DoctorText.Write(terminal, diagnosis);
            }

            return diagnosis.Problem is null ? ExitCode.Done : ExitCode.NotConfigured;
        });
        return command;
    }
}
