using GeneveNet.Namespaces;
using GeneveNet.Native;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Changes;

/// <summary>Builds links of every kind: checked, created, compared with what was asked, completed; all of it or nothing.</summary>
internal static class LinkBuilder
{
    /// <summary>Builds a link.</summary>
    /// <param name="plan">What it is to be.</param>
    /// <param name="kind">Its kind: "geneve", "bridge" …</param>
    /// <param name="settings">The settings of its kind, or null for none.</param>
    /// <param name="replaced">A link that goes first, or null.</param>
    /// <returns>The link, as it is then.</returns>
    /// <exception cref="NetworkException">
    /// A rule is broken, the kernel refused, or it does not know a setting. All is as it was before.
    /// </exception>
    public static Link Build(LinkPlan plan, string kind, LinkKindData? settings, Link? replaced = null)
    {
        return new Construction(kind, settings, [plan], plan.Client).Run(replaced is null ? [] : [replaced])[0];
    }

    /// <summary>Builds a veth pair.</summary>
    /// <param name="first">The first end.</param>
    /// <param name="second">The second end; in another namespace where wanted.</param>
    /// <param name="replaced">Both ends of a pair that goes first; empty for none.</param>
    /// <returns>Both ends, as they are then.</returns>
    /// <exception cref="NetworkException">The kernel refused. All is as it was before.</exception>
    public static (Link First, Link Second) BuildPair(LinkPlan first, LinkPlan second, params IReadOnlyList<Link> replaced)
    {
        var ends = new Construction(LinkKinds.Veth, null, [first, second], first.Client).Run(replaced);
        return (ends[0], ends[1]);
    }

    /// <param name="name">The kind's name.</param>
    /// <param name="settings">The settings of the kind.</param>
    /// <param name="ends">One link, or the two ends of a pair: those live and die together.</param>
    /// <param name="home">Where the kernel is asked for it: a tunnel has its underlay there.</param>
    private sealed class Construction(string name, LinkKindData? settings, LinkPlan[] ends, RtnetlinkClient home)
    {
        private readonly LinkKind _kind = LinkKinds.Of(name);

        public Link[] Run(IReadOnlyList<Link> replaced)
        {
            if (settings is not null)
                _kind.Validate(settings);
            var removal = replaced.Count == 0 ? null : new LinkRemoval(home, replaced);
            if (removal is not null)
                Rehearse(replaced[0]);
            return Transaction.Run(transaction =>
            {
                if (removal is not null)
                    transaction.Do(removal);
                return Build(transaction);
            });
        }

        /// <summary>
        /// Builds it where nobody sees it, so that what cannot be is found out before a link that exists is taken away.
        /// </summary>
        private void Rehearse(Link replaced)
        {
            using var stage = ScratchNamespace.TryCreate();
            using var farStage = ends.Length > 1 ? ScratchNamespace.TryCreate() : null;
            // Without the right to create namespaces there is no rehearsal; the old link is then made again where the new one fails.
            if (stage is null || (ends.Length > 1 && farStage is null))
                return;
            ScratchNamespace[] stages = [stage, farStage ?? stage];
            LinkPlan[] rehearsed = [.. ends.Select((end, i) => end with { Client = new RtnetlinkClient(stages[i].Namespace) })];
            foreach (ref var end in rehearsed.AsSpan())
            {
                if (end.Bridge is null)
                    continue;
                end.Client.CreateLink(new LinkMessage { Name = end.Bridge.Name, Info = new LinkInfo { Kind = LinkKinds.Bridge } });
                end = end with { Bridge = (Bridge)end.Client.GetLink(end.Bridge.Name) };
            }

            // Beside a link that is not in its way it can be tried on the underlay that it will have, UDP port and all.
            var stageHome = _kind.CanCoexist(replaced, settings) ? home : rehearsed[0].Client;
            Transaction.Try(new Construction(name, settings, rehearsed, stageHome).Build);
        }

        public Link[] Build(Transaction transaction)
        {
            var creation = new LinkCreation(_kind, settings, ends, home);
            transaction.Do(creation);
            var made = creation.Made;
            // The last end first: what a first end does when it is set up may depend on the other.
            for (var i = ends.Length - 1; i >= 0; i--)
                made[i] = Complete(ends[i], made[i]);
            // The second end has a carrier only since the first one is up.
            if (ends.Length > 1 && ends[1].Up)
                made[1] = ends[1].Client.WithoutCancellation().GetLink(made[1].Index);
            return made;
        }

        private static Link Complete(LinkPlan plan, Link made)
        {
            var client = plan.Client.WithoutCancellation();
            List<NetlinkRequest> requests = [];
            if (plan.Alias is not null)
                requests.Add(Change(made, $"give link '{made.Name}' its alias", change => change.Alias = plan.Alias));
            foreach (var address in plan.Addresses)
                requests.Add(AddressOperations.AddRequest(made, address));
            if (plan.Bridge is { } bridge)
            {
                var what = $"make link '{made.Name}' a port of bridge '{bridge.Name}'";
                requests.Add(Change(made, what, change => change.MasterIndex = bridge.Index));
            }

            if (plan.Up)
                requests.Add(Change(made, $"set link '{made.Name}' up", change => change.Flags = change.ChangeMask = LinkFlags.Up));
            if (requests.Count == 0)
                return made;
            var refusals = client.ExecuteBatch(requests);
            for (var i = 0; i < requests.Count; i++)
            {
                if (refusals[i] is { } refusal)
                    throw Explain(refusal, plan, made, i - (plan.Alias is null ? 0 : 1));
            }

            return client.GetLink(made.Index);
        }

        private static NetworkException Explain(NetlinkException refusal, LinkPlan plan, Link made, int address)
        {
            if (address >= 0 && address < plan.Addresses.Count)
                return AddressOperations.Explain(refusal, plan.Client, made, plan.Addresses[address]);
            return refusal.Errno == Errno.AddressInUse ? LinkKinds.Of(made.Kind).ExplainUp(refusal, plan.Client, made) : refusal;
        }

        private static NetlinkRequest Change(Link link, string task, Action<LinkMessage> fill)
        {
            var change = new LinkMessage { Index = link.Index };
            fill(change);
            return LinkOperations.ChangeRequest(change, task);
        }
    }

    /// <summary>A link or pair that comes to be, as bare as the kernel makes it; what is added to it goes with it.</summary>
    private sealed class LinkCreation(LinkKind kind, LinkKindData? settings, LinkPlan[] ends, RtnetlinkClient home) : Change
    {
        public Link[] Made { get; private set; } = [];

        internal override void Do()
        {
            var client = ends[0].Client.WithoutCancellation();
            var message = ends[0].ToMessage();
            using var place = PlaceOf(ends[0], home);
            using var farPlace = ends.Length > 1 ? PlaceOf(ends[1], ends[0].Client) : null;
            message.NamespaceDescriptor = place?.Number;
            if (place is not null)
                message.Name = LinkOperations.PassingName();
            message.Info = new LinkInfo { Kind = kind.Name, Data = ends.Length > 1 ? Peer(ends[1], farPlace) : settings };
            try
            {
                home.WithoutCancellation().CreateLink(message, ends[0].Name);
            }
            catch (NetlinkException refusal)
            {
                throw kind.Explain(refusal, home, settings);
            }

            Made = [client.GetLink(message.Name!)];
            if (place is not null)
                client.ChangeLink(new LinkMessage { Index = Made[0].Index, Name = ends[0].Name }, $"name link '{ends[0].Name}'");
            (message.Name, message.NamespaceDescriptor) = (ends[0].Name, null);
            Made = [client.GetLink(Made[0].Index)];
            if (ends.Length > 1)
                Made = [Made[0], ends[1].Client.WithoutCancellation().GetLink(ends[1].Name)];
            // A setting that the kernel does not know is ignored without a word; and geneve trims an MTU that is too large.
            var ignored = LinkMessage.Table.Compare(message, Made[0].Message);
            if (ignored.Count > 0)
                throw new SettingNotSupportedException($"create {kind.Name} link '{ends[0].Name}'", ignored, "The link was removed again.");
        }

        internal override void Undo()
        {
            if (Made.Length > 0)
                ends[0].Client.WithoutCancellation().RemoveLink(Made[0]);
        }

        private static FileDescriptor? PlaceOf(LinkPlan end, RtnetlinkClient seenFrom) =>
            end.Client.Namespace.Equals(seenFrom.Namespace) ? null : end.Client.Namespace.Open();

        private static VethData Peer(LinkPlan end, FileDescriptor? place)
        {
            var peer = end.ToMessage();
            peer.NamespaceDescriptor = place?.Number;
            return new VethData { Peer = peer };
        }
    }

    /// <summary>A link or pair that goes, to make room for another.</summary>
    private sealed class LinkRemoval : Change
    {
        private readonly Link _first;
        private readonly LinkMemory[] _memories;
        private readonly RtnetlinkClient _client, _home;
        private bool _isGone;

        public LinkRemoval(RtnetlinkClient client, IReadOnlyList<Link> links)
        {
            (_client, _first) = (client.WithoutCancellation(), links[0]);
            _memories = [.. links.Select(link => new LinkMemory(client.In(link.Namespace), link))];
            for (var i = 0; i < links.Count; i++)
                LinkObstacles.Refuse(client.In(links[i].Namespace), links[i], _memories[i].Raw);
            _home = LinkKinds.Of(_first.Kind).FindHome(client, _first);
        }

        internal override void Do()
        {
            _client.RemoveLink(_first);
            _isGone = true;
        }

        internal override void Undo()
        {
            if (!_isGone)
                return;
            LinkMemory.Recreate(_home, _memories);
            LinkMemory.Restore(_memories);
        }
    }
}
