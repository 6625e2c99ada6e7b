using System.Net;
using GeneveNet.Namespaces;

namespace GeneveNet.Rtnetlink.Addresses;

/// <summary>An IP address of a link as the kernel reported it at one moment.</summary>
public sealed class LinkAddress : IPlaced
{
    private readonly AddressMessage _message;

    internal LinkAddress(AddressMessage message, string link, NetworkNamespace source)
    {
        (_message, Link, Namespace) = (message, link, source);
        var own = message.Local ?? message.Address ?? Family.AnyOf(message.Family);
        AddressValue = new CidrAddress(own, message.PrefixLength);
        PeerValue = message.Address is { } far && !far.Equals(own) ? far : null;
    }

    /// <summary>Name of the link.</summary>
    public string Link { get; }

    /// <summary>Index of the link within <see cref="Namespace"/>.</summary>
    public int Index => _message.Index;

    /// <summary>The network namespace it is in.</summary>
    public NetworkNamespace Namespace { get; }

    long[] IPlaced.Distinction => [Index];

    /// <summary>The address with its prefix length; on a point-to-point link the length is the far side's.</summary>
    public string Address => AddressValue.ToString();

    internal CidrAddress AddressValue { get; }

    /// <summary>The address alone.</summary>
    public string IPAddress => IPAddressValue.ToString();

    internal IPAddress IPAddressValue => AddressValue.AddressValue;

    /// <summary>Bits of the network.</summary>
    public int PrefixLength => AddressValue.PrefixLength;

    /// <summary>The far address on a point-to-point link, or null.</summary>
    public string? Peer => PeerValue?.ToString();

    internal IPAddress? PeerValue { get; }

    /// <summary>Broadcast address, or null.</summary>
    public string? Broadcast => BroadcastValue?.ToString();

    internal IPAddress? BroadcastValue => _message.Broadcast;

    /// <summary>Scope.</summary>
    public Scope Scope => _message.Scope;

    /// <summary>Label (IPv4), or null.</summary>
    public string? Label => _message.Label;

    /// <summary>Flags.</summary>
    public AddressFlags Flags => _message.Flags.GetValueOrDefault();

    /// <summary>How long it stays valid; null for ever.</summary>
    public TimeSpan? ValidLifetime => Lifetime(_message.Lifetimes?.Valid);

    /// <summary>How long it stays preferred; null for ever.</summary>
    public TimeSpan? PreferredLifetime => Lifetime(_message.Lifetimes?.Preferred);

    /// <summary>Metric of the route that comes with it; 0 for the default.</summary>
    public long RouteMetric => _message.RouteMetric.GetValueOrDefault();

    internal AddressMessage ToRequest() => new()
    {
        Family = _message.Family,
        PrefixLength = _message.PrefixLength,
        Index = _message.Index,
        Local = IPAddressValue,
        Address = PeerValue ?? IPAddressValue,
        Label = _message.Label,
    };

    /// <summary>"ADDRESS/LENGTH".</summary>
    public override string ToString() => AddressValue.ToString();

    private static TimeSpan? Lifetime(uint? seconds) => seconds is null or uint.MaxValue ? null : TimeSpan.FromSeconds(seconds.Value);
}
