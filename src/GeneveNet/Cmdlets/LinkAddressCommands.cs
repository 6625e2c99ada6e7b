using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using GeneveNet.Binding;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Cmdlets;

/// <summary>What the cmdlets about IP addresses of links have in common: an address whose prefix length can be given apart.</summary>
public abstract class LinkAddressCmdlet : BatchingCmdlet
{
    /// <summary>Prefix length of the addresses that are given without one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 128, "A prefix length is a number of bits")]
    public virtual int? PrefixLength { get; set; }

    // What an object says of its own address is nothing about one that was typed.
    private int? Length => IsTyped(nameof(PrefixLength)) || !IsTyped("Address") ? PrefixLength : null;

    /// <summary>Whether an address was given without a prefix length.</summary>
    private protected static bool LacksLength(CidrAddress address) =>
        ArgumentBeforeAttribute.TextOf(address) is { } text && !text.Contains('/', StringComparison.Ordinal);

    /// <summary>An address with the prefix length that was given with it, or apart from it.</summary>
    private protected CidrAddress WithLength(CidrAddress address)
    {
        if (Length is not { } length || length == address.PrefixLength)
            return address;
        if (!LacksLength(address))
            throw Invalid($"The address {address} has a prefix length, and another one was given, {length}: leave one of them out.");
        return address.PrefixLength >= length
            ? address with { PrefixLength = length }
            : throw Invalid($"{length} is not a prefix length for {address.AddressValue}: the range is 0 to {address.PrefixLength}.");
    }
}

/// <summary>Get-LinkAddress: the IP addresses of links.</summary>
[Cmdlet(VerbsCommon.Get, "LinkAddress")]
[OutputType(typeof(LinkAddress))]
public sealed class GetLinkAddressCommand : LinkAddressCmdlet
{
    /// <summary>Only these addresses; one without a prefix length has any.</summary>
    [Parameter(Position = 0)]
    [Alias("IPAddress")]
    [ArgumentBefore<CidrAddressArgumentAttribute, CidrAddress>(nameof(Link))]
    [ArgumentCompleter(typeof(LinkOrAddressCompleter))]
    public CidrAddress[]? Address { get; set; }

    /// <summary>Only addresses with this prefix length.</summary>
    [Parameter]
    [NumberArgument(0, 128, "A prefix length is a number of bits")]
    public override int? PrefixLength { get; set; }

    /// <summary>Names of links, or wildcards. The default is all links.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Link { get; set; }

    /// <summary>Indexes of links.</summary>
    [Parameter]
    [Alias("InterfaceIndex")]
    public int[]? Index { get; set; }

    /// <summary>Only addresses of this version.</summary>
    [Parameter]
    [Alias("AddressFamily")]
    public IPVersion? Family { get; set; }

    // What is asked for, or null for all; and what of it is on none of the links.
    private CidrAddress[]? _asked;
    private HashSet<CidrAddress> _missing = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        _asked = Address is null ? null : Array.ConvertAll(Address, WithLength);
        _missing = [.. _asked ?? []];
        if (Link is null && Index is null)
            Write(null);
        else
            ForEachLink(Link, Index, Write);
        foreach (var address in _missing)
            Try(address, () => throw NotFound($"No link that was looked at{Where} has address {address}.", "AddressNotFound"));
    }

    private void Write(Link? link)
    {
        foreach (var address in Client.StreamAddresses(link, Family))
        {
            var isAsked = _asked is null
                ? PrefixLength is null || PrefixLength == address.PrefixLength
                : Array.Exists(_asked, one => Matches(one, address));
            if (!isAsked)
                continue;
            _missing.RemoveWhere(one => Matches(one, address));
            WriteObject(address);
        }
    }

    private bool Matches(CidrAddress asked, LinkAddress address) =>
        PrefixLength is null && LacksLength(asked) ? asked.AddressValue.Equals(address.IPAddressValue) : asked.Equals(address.AddressValue);
}

/// <summary>Add-LinkAddress: adds IP addresses to links.</summary>
[Cmdlet(VerbsCommon.Add, "LinkAddress", SupportsShouldProcess = true)]
[OutputType(typeof(LinkAddress))]
public sealed class AddLinkAddressCommand : LinkAddressCmdlet
{
    /// <summary>Addresses with prefix length: 11.200.1.1/32. Without one, all bits are used.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("IPAddress")]
    [ArgumentBefore<CidrAddressArgumentAttribute, CidrAddress>(nameof(Link))]
    public CidrAddress[] Address { get; set; } = [];

    /// <summary>Names of links, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Link { get; set; }

    /// <summary>The far address of a point-to-point link; the prefix length then belongs to the far address.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IPAddressArgument]
    public IPAddress? Peer { get; set; }

    /// <summary>Accepts an address that already exists without an error.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the addresses.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachLink(Link, null, link =>
    {
        foreach (var given in Address)
        {
            Try(given, () =>
            {
                var address = WithLength(given);
                if (Peer is not null && Peer.AddressFamily != address.AddressValue.AddressFamily)
                    throw Invalid($"The peer {Peer} and the address {address} must be of the same IP version.");
                if (!ShouldProcess($"link '{link.Name}'{Where}", $"Add address {address}{(Peer is null ? "" : $" peer {Peer}")}"))
                    return;
                var (place, peer) = (Client, Peer);
                Enqueue(
                    AddressOperations.AddRequest(link, address, peer, Force),
                    address,
                    !PassThru ? null : () => WriteObject(
                        ReadOnce((place.Namespace, link.Index), () => place.GetAddresses(link)).First(
                            a => a.AddressValue.Equals(address) && (peer is null || peer.Equals(a.PeerValue)))),
                    refusal => AddressOperations.Explain(refusal, place, link, address));
            });
        }
    });
}

/// <summary>Remove-LinkAddress: removes IP addresses from links.</summary>
[Cmdlet(VerbsCommon.Remove, "LinkAddress", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveLinkAddressCommand : LinkAddressCmdlet
{
    /// <summary>Addresses with prefix length, as Get-LinkAddress returns them.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("IPAddress")]
    [ArgumentBefore<CidrAddressArgumentAttribute, CidrAddress>(nameof(Link))]
    [ArgumentCompleter(typeof(LinkOrAddressCompleter))]
    public CidrAddress[] Address { get; set; } = [];

    /// <summary>Names of links, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Link { get; set; }

    // What each link had when it was last looked at. Thousands may go; reading them all for each would take ever longer.
    private readonly Dictionary<(NetworkNamespace, int), IReadOnlyDictionary<CidrAddress, LinkAddress>> _present = [];

    /// <inheritdoc/>
    protected override void Process() => ForEachLink(Link, null, link =>
    {
        foreach (var address in Address)
            Try(address, () => Remove(link, WithLength(address)));
    });

    private void Remove(Link link, CidrAddress address)
    {
        // An address that was missing may have been added in the meantime.
        if (!Present(link, again: false).TryGetValue(address, out var found) && !Present(link, again: true).TryGetValue(address, out found))
            throw NotThere(link, address);
        if (ShouldProcess($"link '{link.Name}'{Where}", $"Remove address {address}"))
        {
            // The addresses of a network go with its first one, unless the link promotes them; what was there and is gone is removed.
            Enqueue(
                AddressOperations.RemoveRequest(found), address,
                explain: refusal => refusal.Errno == Errno.AddressNotAvailable ? null : refusal);
        }
    }

    private IReadOnlyDictionary<CidrAddress, LinkAddress> Present(Link link, bool again)
    {
        var key = (Client.Namespace, link.Index);
        if (again || !_present.TryGetValue(key, out var present))
        {
            var found = new Dictionary<CidrAddress, LinkAddress>();
            foreach (var address in Client.GetAddresses(link))
                found.TryAdd(address.AddressValue, address);
            _present[key] = present = found;
        }

        return present;
    }

    private NetworkException NotThere(Link link, CidrAddress address)
    {
        var near = Present(link, again: false).Values.FirstOrDefault(a => a.IPAddressValue.Equals(address.AddressValue));
        return new NetworkException(
            FailureKind.NotFound,
            $"Link '{link.Name}'{Where} does not have address {address}" +
            (near is null ? "." : $", but {near}. Give it with that prefix length."))
        { Id = "AddressNotFound" };
    }
}
