using System.Globalization;
using System.Text.RegularExpressions;

namespace Rlm.Embedded.Containment.Tests.Fuzz;

/// <content>Statements from <see cref="ProgramTemplates"/>.</content>
internal sealed partial class ProgramGrammar
{
    private void Template(int indent)
    {
        foreach (string line in Fill(Pick(ProgramTemplates.All)).Split('\n'))
        {
            Line(indent, line);
        }
    }

    private string Fill(string template)
    {
        string[] module = ProgramTemplates.Members[_random.Next(ProgramTemplates.Members.Count)];
        return Hole().Replace(template, hole => hole.Value[1] switch
        {
            'E' => Expression(2),
            'V' => Pick(s_variables),
            'F' => Pick(s_functions),
            'H' => Pick(ProgramTemplates.HostFunctions),
            'A' => Attribute(),
            'S' => Special(),
            'T' => Pick(s_texts),
            'X' => Pick(ProgramTemplates.Exceptions),
            'D' => Fill(Pick(ProgramTemplates.FunctionDecorators)),
            'U' => Pick(ProgramTemplates.EnumClasses),
            'M' => module[0],
            'C' => $"{module[0]}.{module[_random.Next(1, module.Length)]}({Arguments(2)})",
            _ => _random.Next(-2, 40).ToString(CultureInfo.InvariantCulture),
        });
    }

    [GeneratedRegex(@"\$[EVFHASTXDUMCN]", RegexOptions.ExplicitCapture)]
    private static partial Regex Hole();
}
