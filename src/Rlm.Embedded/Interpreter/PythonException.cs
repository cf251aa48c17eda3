namespace Rlm.Embedded.Interpreter;

/// <summary>A Python exception that reached .NET. Holds text only, copied when it was caught.</summary>
public sealed class PythonException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public PythonException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened.</param>
    public PythonException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public PythonException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal PythonException(string type, string text, string? traceback)
        : base($"{type}: {text}")
    {
        PythonType = type;
        Traceback = traceback;
    }

    /// <summary>Name of the exception's class in Python, or null.</summary>
    public string? PythonType { get; }

    /// <summary>The traceback as Python prints it, or null.</summary>
    public string? Traceback { get; }
}
