namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Which names restricted code may write or ask for. Refused are those that lead from an object to its class hierarchy,
/// its frames, its code or its module. Names arrive as CPython made them: NFKC-normalised and mangled.
/// </summary>
internal static class NameRule
{
    // Special methods and attributes that ordinary classes define and use (Python reference, 3.3). All other dunder names are refused.
    private static readonly HashSet<string> s_dunders = new(StringComparer.Ordinal)
    {
        "__abs__", "__add__", "__aenter__", "__aexit__", "__aiter__", "__all__", "__and__", "__anext__", "__author__", "__await__",
        "__bool__", "__bytes__", "__call__", "__cause__", "__ceil__", "__class_getitem__", "__complex__", "__contains__", "__context__", "__copy__",
        "__debug__", "__deepcopy__", "__delattr__", "__delete__", "__delitem__", "__dir__", "__divmod__", "__doc__", "__enter__", "__eq__", "__exit__",
        "__float__", "__floor__", "__floordiv__", "__format__", "__future__", "__ge__", "__get__", "__getattr__", "__getitem__", "__getstate__", "__gt__",
        "__hash__", "__iadd__", "__iand__", "__ifloordiv__", "__ilshift__", "__imatmul__", "__imod__", "__imul__", "__index__", "__init__",
        "__init_subclass__", "__int__", "__invert__", "__ior__", "__ipow__", "__irshift__", "__isub__", "__iter__", "__itruediv__", "__ixor__",
        "__le__", "__len__", "__length_hint__", "__lshift__", "__lt__", "__main__", "__match_args__", "__matmul__", "__missing__", "__mod__", "__module__", "__mul__",
        "__name__", "__ne__", "__neg__", "__new__", "__next__", "__notes__", "__or__", "__pos__", "__post_init__", "__pow__", "__prepare__", "__qualname__",
        "__radd__", "__rand__", "__rdivmod__", "__repr__", "__reversed__", "__rfloordiv__", "__rlshift__", "__rmatmul__", "__rmod__", "__rmul__",
        "__ror__", "__round__", "__rpow__", "__rrshift__", "__rshift__", "__rsub__", "__rtruediv__", "__rxor__", "__set__", "__set_name__",
        "__setattr__", "__setitem__", "__setstate__", "__sizeof__", "__slots__", "__str__", "__sub__", "__suppress_context__", "__truediv__", "__trunc__",
        "__version__", "__wrapped__", "__xor__", "__annotations__", "__static_attributes__", "__firstlineno__", "__conditional_annotations__",
        "__annotate__", "__classdict__", "__classcell__", "__type_params__", "__file__", "__rlm_value__", "__import__", "__build_class__",
    };

    /// <summary>
    /// Names the compiler puts into a class body by itself, and harmless to write there, but not to hand to getattr.
    /// </summary>
    private static readonly HashSet<string> s_onlyInCode = new(StringComparer.Ordinal)
    {
        "__annotations__", "__static_attributes__", "__firstlineno__", "__conditional_annotations__", "__annotate__", "__classdict__",
        "__classcell__", "__import__", "__build_class__", "__match_args__", "__rlm_value__", "__slots__", "__new__", "__dict__",
    };

    /// <summary>What they lead to is harmless where the value is a session's own; the guards in the types refuse the others.</summary>
    private static readonly HashSet<string> s_onlyToRead = new(StringComparer.Ordinal)
    {
        "__class__", "__mro__", "__bases__", "__base__", "mro", "__subclasses__", "__dict__", "__defaults__", "__kwdefaults__",
        "__traceback__", "tb_next", "__abstractmethods__", "__members__", "__instancecheck__", "__subclasscheck__", "__orig_bases__", "__parameters__",
        "__origin__", "__args__", "__metadata__", "__value__", "__bound__", "__constraints__", "__supertype__", "__total__", "__required_keys__", "__optional_keys__",
    };

    /// <summary>In a metaclass; <see cref="TypeGuard"/> sees to it.</summary>
    private static readonly HashSet<string> s_onlyToDefine = new(StringComparer.Ordinal) { "__instancecheck__", "__subclasscheck__" };

    /// <summary>Attributes of generators, coroutines, frames, tracebacks and code by which one comes from a value to the frames of the process.</summary>
    private static readonly HashSet<string> s_introspection = new(StringComparer.Ordinal)
    {
        "gi_frame", "gi_code", "gi_yieldfrom", "cr_frame", "cr_code", "cr_await", "cr_origin", "ag_frame", "ag_code", "ag_await", "tb_frame", "tb_next",
        "f_back", "f_globals", "f_locals", "f_builtins", "f_code", "f_trace", "f_trace_lines", "f_trace_opcodes", "f_generator",
        "co_code", "co_consts", "co_names", "co_varnames", "co_cellvars", "co_freevars", "co_filename", "co_linetable", "co_lnotab", "co_exceptiontable",
        "co_lines", "co_positions",

        // What an abstract class knows of others: C code changes it, and reads it on behalf of other sessions.
        "_abc_impl",
    };

    /// <summary>True when a name may stand in restricted code, whatever the code does with it.</summary>
    public static bool Allows(string name) => name.Length == 0 || !MayBeRefused(name[0]) || (IsDunder(name) ? s_dunders.Contains(name) : name != "mro" && !s_introspection.Contains(name));

    /// <summary>True when restricted code may use a name so.</summary>
    public static bool Allows(string name, NameUse use) => Allows(name) || use switch
    {
        NameUse.Read => s_onlyToRead.Contains(name),
        NameUse.Write => false,
        NameUse.Definition => s_onlyToDefine.Contains(name) || (!IsDunder(name) && name is not ("mro" or "_abc_impl")),
        _ => !IsDunder(name),
    };

    /// <summary>True when a name may be given as text to what looks up or sets attributes: <c>getattr</c> and its kin.</summary>
    public static bool AllowsByText(string name, NameUse use) => SandboxLayers.IsOff("guards") || (Allows(name, use) && !s_onlyInCode.Contains(name));

    /// <summary>Why a name is refused, and what to write instead.</summary>
    public static string Refusal(string name) => name switch
    {
        "__class__" => "the name '__class__' is not available in this session, but to be read: value.__class__, or type(value)",
        "__dict__" => "'__dict__' can be read of objects of this session's own classes, and not be set: use vars(value) and setattr(value, name, new)",
        "__subclasses__" => "'__subclasses__' can be called on this session's own classes only. To know the classes that follow one, note them in its __init_subclass__",
        "__getattribute__" => "'__getattribute__' is not available in this session: it would answer for every attribute. Use __getattr__, which is asked for those that are missing, or a property",
        "__globals__" => "'__globals__' is not available in this session: use globals()",
        "__builtins__" => "'__builtins__' is not available in this session: the builtin functions are there without it",
        "__code__" => "'__code__' is not available in this session: inspect.signature(f) tells the parameters, inspect.getsource(f) the source",
        "__closure__" => "'__closure__' is not available in this session: keep what is to be seen in a variable or in an attribute of a class",
        "__defaults__" or "__kwdefaults__" => $"'{name}' can be read of this session's own functions, and not be set",
        "__self__" or "__func__" => $"'{name}' is not available in this session: keep the object in a variable of your own",
        "__reduce__" or "__reduce_ex__" => $"'{name}' is not available in this session: copies are made by copy.copy() and by __copy__, texts by json",
        "__subclasshook__" => "'__subclasshook__' is not available in this session: other sessions' checks would run it. Use register() of an ABC, or a typing.Protocol that is runtime_checkable",
        "__instancecheck__" or "__subclasscheck__" => $"'{name}' can be defined in the body of a metaclass that derives from type, and not be set later in this session",
        "__weakref__" => "the name '__weakref__' is not available in this session: use weakref.ref(value)",
        "__loader__" or "__spec__" or "__path__" or "__package__" or "__cached__" => $"'{name}' is not available in this session: modules show their public names only",
        "__mro_entries__" => "'__mro_entries__' is not available in this session: inherit from classes",
        "_abc_impl" => "'_abc_impl' is not available in this session: it is what abstract classes know of each other",
        "__del__" => "'__del__' is not available in this session: it would run at a moment that no cell controls. Use a context manager",
        "__traceback__" => "'__traceback__' can be read in this session, and not be set: use error.with_traceback(None)",
        "__mro__" or "__bases__" or "__base__" or "mro" => $"'{name}' is not available in this session, but to read it of a class of your own",
        "tb_frame" => "the attribute '.tb_frame' is not available in this session: it leads to the interpreter's frames. traceback.format_exc() and error.__traceback__.tb_lineno tell where it happened",
        _ when s_introspection.Contains(name) => $"the attribute '.{name}' is not available in this session: it leads to the interpreter's frames. An attribute of your own needs another name; a variable may have this one",
        _ => $"the name '{name}' is not available in this session",
    };

    private static bool MayBeRefused(char first) => first is '_' or 'a' or 'c' or 'f' or 'g' or 'm' or 't';

    private static bool IsDunder(string name) =>
        name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);
}
