using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// The third layer: CPython tells what is about to be done (PEP 578), and on a thread that runs restricted code everything
/// but a short list is refused, whoever does it.
/// </summary>
internal static unsafe class AuditHook
{
    // What ordinary code sets off.
    private static readonly HashSet<string> s_allowed = new(StringComparer.Ordinal)
    {
        "builtins.id", "time.sleep", "sys._getframe", "sys._getframemodulename", "sys.unraisablehook", "object.__getattr__", "object.__setattr__", "object.__delattr__",
        "code.__new__", "sys.settrace", "cpython._PySys_ClearAuditHooks",
        "array.__new__", "gc.get_referents", "sys.set_asyncgen_hook_firstiter", "sys.set_asyncgen_hook_finalizer", "sys.set_coroutine_origin_tracking_depth",
    };

    // Only the interpreter's own code may; a session's may not.
    private static readonly HashSet<string> s_ownCodeOnly = new(StringComparer.Ordinal)
    {
        "sys._getframe", "sys._getframemodulename", "object.__getattr__", "object.__setattr__", "object.__delattr__", "code.__new__", "gc.get_referents",
        "sys.set_asyncgen_hook_firstiter", "sys.set_asyncgen_hook_finalizer", "sys.set_coroutine_origin_tracking_depth",
    };

    // What importing a module of the library sets off besides.
    private static readonly HashSet<string> s_importing = new(StringComparer.Ordinal) { "import", "marshal.loads", "exec", "compile", "os.putenv", "os.unsetenv" };

    // The modules whose own code makes functions from text they have checked.
    private static readonly string[] s_compilers = ["dataclasses", "collections", "ast", "typing", "rlm_module_views"];
    private static readonly string[] s_executors = ["dataclasses", "collections"];

    // What dataclasses writes itself.
    private static readonly string[] s_inMadeCode = ["__class__", "__create_fn__"];

    [ThreadStatic]
    private static bool t_restricted;

    [ThreadStatic]
    private static bool t_imports;

    [ThreadStatic]
    private static bool t_hostCompiles;

    private static nint s_library;
    private static bool? s_isProven;

    /// <summary>Whether the hook was seen to refuse an event; null before it was tried.</summary>
    public static bool? IsProven => s_isProven;

    /// <summary>Tries once whether what is done on the calling thread comes to the hook. With the GIL.</summary>
    /// <param name="audit"><c>sys.audit</c>.</param>
    public static void Prove(PyObject* audit)
    {
        using Owned name = new(PythonError.Check(PyText.ToPython("rlm.prove")));
        bool before = t_restricted;
        t_restricted = true;
        using Owned passed = new(PythonCall.Invoke(audit, name.Pointer));
        t_restricted = before;
        s_isProven = passed.IsNull;
        CApi.PyErr_Clear();
    }

    /// <summary>Whether the calling thread runs restricted code.</summary>
    public static bool IsRestricted
    {
        get => t_restricted || (t_imports && GuardedAttributes.IsGuestRunning());
        set => t_restricted = value;
    }

    /// <summary>Whether the calling thread imports for sessions: its own code may do that, and nothing else that sessions may not.</summary>
    public static bool Imports
    {
        get => t_imports;
        set => t_imports = value;
    }

    /// <summary>True while the engine itself compiles source that it then puts through the gate.</summary>
    public static bool HostCompiles
    {
        get => t_hostCompiles;
        set => t_hostCompiles = value;
    }

    /// <summary>Installs the hook; it cannot be removed. Called before CPython is initialised.</summary>
    public static void Install(nint library)
    {
        var add = (delegate* unmanaged[Cdecl]<nint, nint, int>)NativeLibrary.GetExport(library, "PySys_AddAuditHook");
        s_library = library;
        if (add((nint)(delegate* unmanaged[Cdecl]<byte*, PyObject*, nint, int>)&OnEvent, 0) != 0)
        {
            throw new RlmException("CPython refused the audit hook; without it model-written code is not contained. Please report this.");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnEvent(byte* name, PyObject* arguments, nint data)
    {
        try
        {
            return t_hostCompiles || (!t_restricted && !t_imports && !GuardedAttributes.IsGuestRunning()) || SandboxLayers.IsOff("audit-hook") ? 0 : Judge(name, arguments);
        }
        catch (Exception exception)
        {
            Callback.Fail(exception);
            return -1;
        }
    }

    private static int Judge(byte* name, PyObject* arguments)
    {
        string happened = Marshal.PtrToStringUTF8((nint)name) ?? "";
        bool ownCode = !GuardedAttributes.IsGuestRunning();
        bool allowed = happened switch
        {
            _ when t_imports && ownCode && (s_importing.Contains(happened) || s_ownCodeOnly.Contains(happened)) => true,
            "exec" => IsIn(s_executors) && IsHarmless(arguments),
            "compile" => IsIn(s_compilers),
            "object.__getattr__" => ownCode ? MayReachAttribute(arguments, NameUse.Read) : IsOwnDefaults(arguments),
            "object.__setattr__" or "object.__delattr__" => ownCode && MayReachAttribute(arguments, NameUse.Write),
            _ => s_allowed.Contains(happened) && (ownCode || !s_ownCodeOnly.Contains(happened)),
        };
        if (allowed)
        {
            return 0;
        }

        PythonError.Raise(CApi.Exception(s_library, "PermissionError"), $"'{happened}' is not available in this session");
        return -1;
    }

    /// <summary>Names that ordinary code may write are no secret to library code; the others only where its own source spells them.</summary>
    private static bool MayReachAttribute(PyObject* arguments, NameUse use)
    {
        PyObject* attribute = arguments != null && CApi.PyTuple_Size(arguments) > 1 ? CApi.PyTuple_GetItem(arguments, 1) : null;
        return attribute != null && PyText.Is(attribute)
            && PyText.ToManaged(attribute) is var spelled && (NameRule.Allows(spelled, use) || GuardedAttributes.MayReach(spelled));
    }

    /// <summary>The default values of a session's own function; the guards have seen that it is one.</summary>
    private static bool IsOwnDefaults(PyObject* arguments) =>
        CApi.PyTuple_Size(arguments) > 1 && CApi.PyTuple_GetItem(arguments, 0) is var owner && owner->Type == CApi.PyFunction_Type && TypeGuard.IsGuests(owner) && !TypeGuard.IsShared(owner)
        && PyText.Is(CApi.PyTuple_GetItem(arguments, 1)) && PyText.ToManaged(CApi.PyTuple_GetItem(arguments, 1)) is "__defaults__" or "__kwdefaults__";

    /// <summary>What a library makes of names that a session chose is judged as the session's own code is.</summary>
    private static bool IsHarmless(PyObject* arguments)
    {
        PyObject* code = arguments != null && CApi.PyTuple_Size(arguments) > 0 ? CApi.PyTuple_GetItem(arguments, 0) : null;
        return !t_restricted || SandboxLayers.IsOff("code-gate") || code == null || CodeGate.FindRefused(code, except: s_inMadeCode) is null;
    }

    /// <summary>True when the running code is a module's of the standard library: its builtins are the interpreter's and its name is one of these.</summary>
    private static bool IsIn(string[] modules)
    {
        PyObject* globals = CApi.PyEval_GetGlobals();
        if (globals == null || GuardedAttributes.IsGuestRunning())
        {
            return false;
        }

        using Owned key = new(PyText.ToPython("__name__"));
        PyObject* name = key.IsNull ? null : CApi.PyDict_GetItemWithError(globals, key.Pointer);
        return name != null && PyText.Is(name) && modules.Contains(PyText.ToManaged(name), StringComparer.Ordinal);
    }
}
