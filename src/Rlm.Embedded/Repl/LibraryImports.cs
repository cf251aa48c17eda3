using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using Rlm.Embedded.Sandbox.Linux;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>
/// The thread that imports for sessions. From the first restricted one on the kernel confines it as it does theirs, so that code of a session
/// that came to run there would find no files; those are read by threads that run no Python.
/// </summary>
internal static unsafe class LibraryImports
{
    private static readonly Lock s_lock = new();
    private static Task? s_confining;
    private static PyObject* s_places;
    private static LibraryFiles? s_files;
    private static string[] s_packages = [];

    /// <summary>Confines the thread, once.</summary>
    /// <exception cref="RlmConfigurationException">The kernel said it can and then did not.</exception>
    public static Task ConfineAsync(PythonRuntime runtime)
    {
        lock (s_lock)
        {
            return s_confining ??= runtime.RunOnHostAsync(new ConfineWork()).AsTask();
        }
    }

    /// <summary>Lets modules be read from folders of packages. Needs the GIL.</summary>
    public static void Allow(IReadOnlyList<string> folders) => s_packages = [.. s_packages.Union(folders, StringComparer.Ordinal)];

    /// <summary>What the importer of library_imports.py asks for: (path, is package, source, code), or None.</summary>
    public static PyObject* Find(PyObject* name, PyObject* folders)
    {
        if (!AuditHook.Imports)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("PermissionError"), "only the thread that imports finds modules");
        }

        LibraryFiles files = s_files ??= Files((List<object?>)PyValues.ToManaged(s_places)!);
        string wanted = PyText.ToManaged(name);
        string[]? places = folders == Py_None ? null : Texts(PyValues.ToManaged(folders));
        LibraryModule? found = Outside.Do(() => files.Find(wanted, places, s_packages));
        return PyValues.ToPython(found is null ? null : new object?[] { found.Path, found.IsPackage, found.Source, found.Code });
    }

    private static LibraryFiles Files(List<object?> places) => Outside.Do(() => new LibraryFiles(Texts(places[0]), Texts(places[1]), (string)places[2]!, (byte[])places[3]!));

    private static string[] Texts(object? list) => [.. ((List<object?>)list!).Cast<string>()];

    private sealed class ConfineWork : PythonWork
    {
        protected override void Run()
        {
            ReplPrelude prelude = ReplPrelude.Current;
            prelude.Run(prelude.Views, "library_imports.py");
            s_places = PythonError.Check(PythonCall.Invoke(prelude.TakeView("import_by_host")));
            PythonThread.Current!.Confine(ThreadConfinement.ApplyToImports);
            AuditHook.Imports = true;
        }
    }
}
