namespace Rlm.Embedded.Cli.Tests.Fixtures;

/// <summary>How a run of the tool ended.</summary>
internal sealed record Outcome(int Code, string Out, string Error)
{
    public override string ToString() => $"exit {Code}\n--- stdout\n{Out}\n--- stderr\n{Error}";
}
