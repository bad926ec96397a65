import { SFU, type ParticipantInfo, type QualityLevel, type Role, type TrackSource } from '../protocol/messages.js';
import { Store, type ReadableStore } from '../util/Store.js';

export interface TrackState {
  readonly muted: boolean;
}

export interface Participant {
  readonly peerId: string;
  readonly displayName: string;
  readonly role: Role;
  readonly metadata: unknown;
  readonly handRaised: boolean;
  /** When the hand went up here, for the order of hands; null while it is down. */
  readonly handRaisedAt: number | null;
  /** What this participant has to offer; a source that is absent was never published. */
  readonly tracks: Readonly<Partial<Record<TrackSource, TrackState>>>;
  /** How well this participant's line carries the meeting; of direct connections nobody tells. */
  readonly quality: QualityLevel;
  readonly isLocal: boolean;
  /** True when this client was in the meeting first (that side then opens direct connections). */
  readonly joinedAfterUs: boolean;
}

export interface RosterState {
  /** This client's own entry; null before the first welcome. */
  readonly self: Participant | null;
  /** The others in the order of their coming. */
  readonly others: readonly Participant[];
}

/** Who is here. Snapshots are immutable: a participant that did not change stays the same object. */
export class Roster {
  readonly #state = new Store<RosterState>({ self: null, others: [] });

  get state(): ReadableStore<RosterState> {
    return this.#state;
  }

  find(peerId: string): Participant | undefined {
    const { self, others } = this.#state.get();
    return self?.peerId === peerId ? self : others.find((participant) => participant.peerId === peerId);
  }

  /**
   * Takes over what a welcome says, and tells who is new and who is gone since the last one. After a resume, those new here
   * came while this client was away; otherwise they were there first.
   */
  reset(self: ParticipantInfo, others: readonly ParticipantInfo[], resumed: boolean): { joined: Participant[]; left: Participant[] } {
    const before = this.#state.get();
    const known = new Map(before.others.map((participant) => [participant.peerId, participant]));
    const next = others
      .filter(({ peerId }) => peerId !== SFU && peerId !== self.peerId)
      .map((info) => create(info, false, known.get(info.peerId)?.joinedAfterUs ?? resumed, known.get(info.peerId)));
    const oldSelf = before.self?.peerId === self.peerId ? before.self : undefined;
    // The server tells of changes only: what it does not repeat is excellent.
    this.#state.set({ self: oldSelf ? { ...oldSelf, quality: 'excellent' } : create(self, true, false), others: next });
    const present = new Set(next.map(({ peerId }) => peerId));
    return {
      joined: next.filter(({ peerId }) => !known.has(peerId)),
      left: before.others.filter(({ peerId }) => !present.has(peerId)),
    };
  }

  add(info: ParticipantInfo): Participant | null {
    if (info.peerId === SFU || this.find(info.peerId)) return null;
    const participant = create(info, false, true);
    this.#state.update((state) => ({ ...state, others: [...state.others, participant] }));
    return participant;
  }

  remove(peerId: string): Participant | null {
    const participant = this.#state.get().others.find((other) => other.peerId === peerId);
    if (!participant) return null;
    this.#state.update((state) => ({ ...state, others: state.others.filter((other) => other !== participant) }));
    return participant;
  }

  setTrack(peerId: string, source: TrackSource, track: TrackState | null): void {
    this.#change(peerId, (participant) => {
      const { [source]: current, ...rest } = participant.tracks;
      if (current?.muted === track?.muted && !current === !track) return participant;
      return { ...participant, tracks: track ? { ...rest, [source]: { muted: track.muted } } : rest };
    });
  }

  setQuality(peerId: string, quality: QualityLevel): void {
    this.#change(peerId, (participant) => (participant.quality === quality ? participant : { ...participant, quality }));
  }

  setHand(peerId: string, raised: boolean): void {
    this.#change(peerId, (participant) =>
      participant.handRaised === raised
        ? participant
        : { ...participant, handRaised: raised, handRaisedAt: raised ? Date.now() : null },
    );
  }

  #change(peerId: string, change: (participant: Participant) => Participant): void {
    this.#state.update((state) => {
      if (state.self?.peerId === peerId) {
        const self = change(state.self);
        return self === state.self ? state : { ...state, self };
      }
      let changed = false;
      const others = state.others.map((participant) => {
        const next = participant.peerId === peerId ? change(participant) : participant;
        changed ||= next !== participant;
        return next;
      });
      return changed ? { ...state, others } : state;
    });
  }
}

function create(info: ParticipantInfo, isLocal: boolean, joinedAfterUs: boolean, before?: Participant): Participant {
  const tracks: Partial<Record<TrackSource, TrackState>> = {};
  for (const { source, muted } of info.tracks ?? []) tracks[source] = { muted };
  const handRaised = info.handRaised ?? false;
  return {
    peerId: info.peerId,
    displayName: info.displayName,
    role: info.role,
    metadata: info.metadata,
    handRaised,
    handRaisedAt: handRaised ? (before?.handRaisedAt ?? Date.now()) : null,
    tracks,
    quality: info.quality ?? 'excellent',
    isLocal,
    joinedAfterUs,
  };
}
