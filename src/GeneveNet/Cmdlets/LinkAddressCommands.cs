using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using GeneveNet.Binding;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Cmdlets;

/// <summary>Get-LinkAddress: the IP addresses of links.</summary>
[Cmdlet(VerbsCommon.Get, "LinkAddress")]
[OutputType(typeof(LinkAddress))]
public sealed class GetLinkAddressCommand : LinkCmdlet
{
    /// <summary>Names of links, or wildcards. The default is all links.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Link { get; set; }

    /// <summary>Only addresses of this version.</summary>
    [Parameter]
    [Alias("AddressFamily")]
    public IPVersion? Family { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Link is null)
            Write(null);
        else
            ForEachLink(Link, null, Write);
    }

    private void Write(Link? link)
    {
        foreach (var address in Client.StreamAddresses(link, Family))
            WriteObject(address);
    }
}

/// <summary>Add-LinkAddress: adds IP addresses to links.</summary>
[Cmdlet(VerbsCommon.Add, "LinkAddress", SupportsShouldProcess = true)]
[OutputType(typeof(LinkAddress))]
public sealed class AddLinkAddressCommand : BatchingCmdlet
{
    /// <summary>Names of links, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Link { get; set; }

    /// <summary>Addresses with prefix length: 11.200.1.1/32. Without one, all bits are used.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public CidrAddress[] Address { get; set; } = [];

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
        foreach (var address in Address)
        {
            Try(address, () =>
            {
                if (Peer is not null && Peer.AddressFamily != address.Address.AddressFamily)
                    throw Invalid($"The peer {Peer} and the address {address} must be of the same IP version.");
                if (!ShouldProcess($"link '{link.Name}'{Where}", $"Add address {address}{(Peer is null ? "" : $" peer {Peer}")}"))
                    return;
                var (place, peer) = (Client, Peer);
                Enqueue(
                    AddressOperations.AddRequest(link, address, peer, Force),
                    address,
                    !PassThru ? null : () => WriteObject(
                        ReadOnce((place.Namespace, link.Index), () => place.GetAddresses(link)).First(a => a.Address.Equals(address) && (peer is null || peer.Equals(a.Peer)))),
                    refusal => AddressOperations.Explain(refusal, place, link, address));
            });
        }
    });
}

/// <summary>Remove-LinkAddress: removes IP addresses from links.</summary>
[Cmdlet(VerbsCommon.Remove, "LinkAddress", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveLinkAddressCommand : BatchingCmdlet
{
    /// <summary>Names of links, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Link { get; set; }

    /// <summary>Addresses with prefix length, as Get-LinkAddress returns them.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(LinkAddressCompleter))]
    public CidrAddress[] Address { get; set; } = [];

    // What each link had when it was last looked at. Thousands may go; reading them all for each would take ever longer.
    private readonly Dictionary<(NetworkNamespace, int), IReadOnlyDictionary<CidrAddress, LinkAddress>> _present = [];

    /// <inheritdoc/>
    protected override void Process() => ForEachLink(Link, null, link =>
    {
        foreach (var address in Address)
            Try(address, () => Remove(link, address));
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
                found.TryAdd(address.Address, address);
            _present[key] = present = found;
        }

        return present;
    }

    private NetworkException NotThere(Link link, CidrAddress address)
    {
        var near = Present(link, again: false).Values.FirstOrDefault(a => a.IPAddress.Equals(address.Address));
        return new NetworkException(
            FailureKind.NotFound,
            $"Link '{link.Name}'{Where} does not have address {address}" +
            (near is null ? "." : $", but {near}. Give it with that prefix length."))
        { Id = "AddressNotFound" };
    }
}
