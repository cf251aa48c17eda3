using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// A C# function that Python calls as a builtin: no <c>__globals__</c>, no <c>__code__</c>. Its <c>__self__</c> is the integer it is bound to.
/// Made once, bound to any number of sessions.
/// </summary>
internal sealed unsafe class HostFunction
{
    // CPython keeps the address for as long as the process lives: never freed.
    private readonly PyMethodDef* _definition;

    /// <summary>Describes a function.</summary>
    /// <param name="name">The name Python shows.</param>
    /// <param name="function">An <c>[UnmanagedCallersOnly]</c> method: self, arguments, their count, names of the last ones.</param>
    /// <param name="doc">The docstring; a first line <c>name(args)\n--\n\n</c> gives it a signature.</param>
    public HostFunction(string name, delegate* unmanaged[Cdecl]<PyObject*, PyObject**, nint, PyObject*, PyObject*> function, string doc)
    {
        Name = name;
        _definition = (PyMethodDef*)NativeMemory.AllocZeroed((nuint)sizeof(PyMethodDef));
        _definition->Name = NativeText.Keep(name);
        _definition->Function = function;
        _definition->Flags = PyMethodDef.FastCall | PyMethodDef.Keywords;
        _definition->Doc = NativeText.Keep(doc);
        FunctionText.Keep(_definition, name, doc);
    }

    /// <summary>The name Python shows.</summary>
    public string Name { get; }

    /// <summary>A new Python callable.</summary>
    /// <param name="self">What the function gets as self; borrowed.</param>
    public PyObject* Bind(PyObject* self) => PythonError.Check(PyCFunction_NewEx(_definition, self, null));

    /// <summary>A method of a builtin type: self is then the instance. A new reference.</summary>
    public PyObject* Describe(PyTypeObject* type) => PythonError.Check(PyDescr_NewMethod(type, _definition));
}
