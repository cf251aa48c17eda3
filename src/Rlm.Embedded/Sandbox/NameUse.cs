namespace Rlm.Embedded.Sandbox;

/// <summary>What code does with a name.</summary>
internal enum NameUse
{
    /// <summary>Nothing that could lead anywhere: a variable, a parameter, a keyword.</summary>
    Variable,

    /// <summary>Looks up an attribute.</summary>
    Read,

    /// <summary>Sets or deletes an attribute.</summary>
    Write,

    /// <summary>Binds it in the body of a class.</summary>
    Definition,
}
