namespace Rlm.Embedded.Providers.Tests;

/// <summary>One way in which servers answer, and what must be read from it.</summary>
/// <param name="Name">What is odd about it.</param>
/// <param name="Answer">What goes over the wire.</param>
/// <param name="Expect">What must be read.</param>
public sealed record Shape(string Name, Answer Answer, Expect Expect)
{
    public override string ToString() => $"{Answer.Protocol} {(Answer.Streaming ? "streamed" : "whole")}: {Name}";
}
