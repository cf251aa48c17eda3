namespace Rlm.Embedded.Sandbox;

/// <summary>How far model-written code is trusted.</summary>
public enum SandboxProfile
{
    /// <summary>The default: curated builtins and modules.</summary>
    Restricted,

    /// <summary>Own data, own model: every module and file of the host is open to the code. Limits and interrupts only.</summary>
    Trusted,

    /// <summary>As <see cref="Restricted"/>, and starting fails where a layer of it is missing.</summary>
    Required,
}
