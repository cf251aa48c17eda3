namespace Rlm.Embedded.CPython;

/// <summary>The part of a type object whose layout the stable ABI fixes in practice: name and flags.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct PyTypeObject
{
    /// <summary><c>tp_name</c>: UTF-8, with the module in front for types written in C.</summary>
    [FieldOffset(24)]
    public byte* Name;

    /// <summary><c>tp_basicsize</c>, in bytes.</summary>
    [FieldOffset(32)]
    public nint BasicSize;

    /// <summary><c>tp_dealloc</c>.</summary>
    [FieldOffset(48)]
    public nint Deallocate;

    /// <summary><c>tp_repr</c>.</summary>
    [FieldOffset(88)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*> Represent;

    /// <summary><c>tp_as_number</c>.</summary>
    [FieldOffset(96)]
    public PyNumberMethods* AsNumber;

    /// <summary><c>tp_as_sequence</c>.</summary>
    [FieldOffset(104)]
    public PySequenceMethods* AsSequence;

    /// <summary><c>tp_as_mapping</c>.</summary>
    [FieldOffset(112)]
    public PyMappingMethods* AsMapping;

    /// <summary><c>tp_hash</c>.</summary>
    [FieldOffset(120)]
    public delegate* unmanaged[Cdecl]<PyObject*, nint> Hash;

    /// <summary><c>tp_richcompare</c>.</summary>
    [FieldOffset(200)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int, PyObject*> Compare;

    /// <summary><c>tp_setattro</c>.</summary>
    [FieldOffset(152)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> SetAttribute;

    /// <summary><c>tp_base</c>.</summary>
    [FieldOffset(256)]
    public PyTypeObject* Base;

    /// <summary><c>tp_dict</c>; null for builtin types from 3.12 on.</summary>
    [FieldOffset(264)]
    public PyObject* Dict;

    /// <summary><c>tp_descr_get</c>.</summary>
    [FieldOffset(272)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyTypeObject*, PyObject*> DescriptorGet;

    /// <summary><c>tp_descr_set</c>.</summary>
    [FieldOffset(280)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> DescriptorSet;

    /// <summary><c>tp_init</c>.</summary>
    [FieldOffset(296)]
    public delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> Initialise;

    /// <summary><c>tp_new</c>.</summary>
    [FieldOffset(312)]
    public delegate* unmanaged[Cdecl]<PyTypeObject*, PyObject*, PyObject*, PyObject*> New;

    /// <summary><c>tp_mro</c>.</summary>
    [FieldOffset(344)]
    public PyObject* ResolutionOrder;

    /// <summary><c>tp_flags</c>.</summary>
    [FieldOffset(168)]
    public nuint Flags;

    public const nuint DisallowInstantiation = 1 << 7;
    public const nuint ImmutableType = 1 << 8;

    /// <summary>A bit that CPython does not use: the class was not made by restricted code.</summary>
    public static readonly nuint OfLibrary = unchecked((nuint)(1UL << 40));
    public const nuint LongSubclass = 1 << 24;
    public const nuint ListSubclass = 1 << 25;
    public const nuint TupleSubclass = 1 << 26;
    public const nuint BytesSubclass = 1 << 27;
    public const nuint UnicodeSubclass = 1 << 28;
    public const nuint DictSubclass = 1 << 29;
}
