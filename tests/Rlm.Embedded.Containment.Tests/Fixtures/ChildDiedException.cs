namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>The child ended, or did not answer in time.</summary>
public sealed class ChildDiedException : Exception
{
    public ChildDiedException()
    {
    }

    public ChildDiedException(string message)
        : base(message)
    {
    }

    public ChildDiedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
