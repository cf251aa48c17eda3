using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.View;

namespace Rlm.Embedded.Cli.Doctor;

/// <summary>The verb `doctor`.</summary>
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Verb command = new("doctor", "says which Python is used and why, what holds model-written code, and which model keys are set");
        Option<bool> json = Flag.Switch("One JSON object on stdout.", "--json");
        Verb.Add(command, "Flags", json, Flag.Switch("Say more when something fails.", "--verbose", "-v"));
        command.SetAction(line =>
        {
            Diagnosis diagnosis = new Waiting(terminal).ForAsync(Diagnosis.MakeAsync(cancellationToken), "asking Python").GetAwaiter().GetResult();
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
