using System.Net;

namespace GeneveNet.Paths;

/// <summary>Values of tables without a type of their own, where an address is its text: nobody can say later that it was one.</summary>
internal static class PlainValue
{
    public static object? Of(object? value) => value is IPAddress or MacAddress or CidrAddress ? value.ToString() : value;
}
