using System.Text.RegularExpressions;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>Tells what stands in a prose <c>FINAL(...)</c> apart: Python to be evaluated, or text with parentheses in it.</summary>
internal static partial class ProseExpression
{
    // "x + 1" or "Paris, France" is text; what indexes, calls or formats is meant to be computed. Quotations joined by words are text too.
    public static bool MayBe(string argument) =>
        argument.AsSpan().IndexOfAny("([\"'") >= 0 && !Quotations().IsMatch(argument) && PythonShape.Matches("_ = " + argument);

    /// <summary>True when the evaluation failed because the text is no Python or names something that is not there, and nothing shows that Python was meant.</summary>
    public static bool WasText(string argument, CellError error, IReadOnlyList<ReplVariable> variables) =>
        !Code().IsMatch(argument)
        && (error.Type switch
        {
            "SyntaxError" or "IndentationError" => !error.Traceback.StartsWith("Traceback", StringComparison.Ordinal),
            "NameError" => MissingName().Match(error.Message) is { Success: true } missing && IsOwn(error) && Names().Matches(argument).Any(name => name.Value == missing.Groups[1].Value),
            _ => false,
        })
        && !Names().Matches(argument).Any(name => variables.Any(variable => variable.Name == name.Value && name.Value.Length > 1));

    // A name that is missing deep in a function of the model's is an error of that function.
    private static bool IsOwn(CellError error) => error.Traceback.AsSpan().Count("\n  File \"") <= 1;

    // An f-string, an index glued to a name, a call of a method.
    [GeneratedRegex("""^\s*[fF][rR]?["']|[\w)\]]\[|\w\.\w+\(|["']\.\w+\(""")]
    private static partial Regex Code();

    [GeneratedRegex("""^\s*(?:"[^"\n]*"|'[^'\n]*')(?:\s+(?:and|or|not|if|else|in|is)\b\s*(?:"[^"\n]*"|'[^'\n]*')?)+\s*$""")]
    private static partial Regex Quotations();

    [GeneratedRegex("^name '(.+?)' is not defined")]
    private static partial Regex MissingName();

    [GeneratedRegex(@"[^\W\d]\w*")]
    private static partial Regex Names();
}
