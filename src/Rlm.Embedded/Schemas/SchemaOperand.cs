namespace Rlm.Embedded.Schemas;

/// <summary>What a keyword of a JSON schema takes.</summary>
internal enum SchemaOperand
{
    /// <summary>Anything: the keyword says nothing about which values fit, or nothing that is checked here.</summary>
    Annotation,

    /// <summary>A schema.</summary>
    Schema,

    /// <summary>An array of at least one schema.</summary>
    Schemas,

    /// <summary>An object whose values are schemas.</summary>
    Named,

    /// <summary>An object whose names are patterns and whose values are schemas.</summary>
    Patterned,

    /// <summary>The name of a type, or an array of them.</summary>
    Type,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A whole number, not negative.</summary>
    Count,

    /// <summary>A regular expression.</summary>
    Pattern,

    /// <summary>An array of strings.</summary>
    Names,

    /// <summary>An array of values.</summary>
    Values,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A place in the same schema: <c>#</c> or <c>#/$defs/name</c>.</summary>
    Reference,
}
