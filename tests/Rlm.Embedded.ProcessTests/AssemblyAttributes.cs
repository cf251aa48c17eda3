using NUnit.Framework;

[assembly: Category("Interpreter")]
