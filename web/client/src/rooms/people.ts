import { Cell } from '../emitter.ts';
import type { MemberNews, Presence, RoomUpdated } from '../generated/frames.ts';
import type { Member, OwnPlace, RoomDetails } from '../generated/http.ts';
import type { Time } from '../time.ts';

/** A member, and until when it is muted as far as one may know: owner and moderators hear of it. */
export type RoomMember = Member & { muted_until?: string | null };

/** Name, settings and members of a room, kept true by what it tells. */
export type RoomFacts = Omit<RoomDetails, 'members'> & { members: readonly RoomMember[] };

export type MemberEvent = MemberNews & { what: 'joined' | 'left' | 'changed' };

const timer_max_ms = 86_400_000;
/** A clock that is a little ahead would ask before the mute has ended. */
const clock_margin_ms = 500;

/** Who is in a room, and what one may do there oneself. */
export class People {
  readonly facts: Cell<RoomFacts | undefined> = new Cell<RoomFacts | undefined>(undefined);
  readonly me: Cell<OwnPlace | undefined> = new Cell<OwnPlace | undefined>(undefined);
  readonly #time: Time;
  readonly #read: () => Promise<RoomDetails>;
  readonly #ownId: () => number | undefined;
  readonly #mutes = new Map<number, string | null>();
  /** Who is here, by the room itself; unknown in rooms of more than 200 members. */
  #online: Set<number> | undefined;
  /** Told while the facts were read, which may not have it yet. */
  #meanwhile: MemberEvent[] | undefined;
  #again = false;
  #reading: Promise<RoomFacts> | undefined;
  #cancelUnmute: (() => void) | undefined;

  constructor(time: Time, read: () => Promise<RoomDetails>, ownId: () => number | undefined) {
    this.#time = time;
    this.#read = read;
    this.#ownId = ownId;
  }

  /** Who was here when the room was joined; presence follows from there. */
  setOnline(ids: readonly number[] | null): void {
    this.#online = ids ? new Set(ids) : undefined;
    const facts = this.facts.getSnapshot();
    if (facts && this.#online) this.#show(facts, facts.members);
  }

  /** Reads everything anew; one question at a time. */
  refresh(): Promise<RoomFacts> {
    if (this.#reading) {
      // What is being read may be older than what made somebody ask.
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#readOnce().finally(() => {
      this.#reading = undefined;
      this.#meanwhile = undefined;
    });
    return this.#reading;
  }

  async #readOnce(): Promise<RoomFacts> {
    for (;;) {
      this.#again = false;
      this.#meanwhile = [];
      const details = await this.#read();
      this.me.set(details.me);
      this.#watchMute(details.me.muted_until);
      let facts = this.#show(details, details.members);
      for (const event of this.#meanwhile) facts = this.#apply(event, facts);
      if (!this.#again) return facts;
    }
  }

  hearMember(event: MemberEvent): void {
    this.#meanwhile?.push(event);
    const facts = this.facts.getSnapshot();
    if (facts) this.#apply(event, facts);
    // What one may do follows from one's role and mute: the server says it.
    if (event.user.id === this.#ownId() && event.what !== 'left') void this.refresh().catch(() => undefined);
  }

  hearPresence({ user, status, active_users }: Presence): void {
    if (status === 'online') this.#online?.add(user.id);
    else this.#online?.delete(user.id);
    const facts = this.facts.getSnapshot();
    if (!facts) return;
    const online = status === 'online';
    this.#show({ ...facts, active_users }, facts.members.map(one => (one.id === user.id ? { ...one, online } : one)));
  }

  hearUpdate(heard: RoomUpdated): void {
    const facts = this.facts.getSnapshot();
    if (!facts) return;
    this.#show({ ...facts, ...heard }, facts.members);
    void this.refresh().catch(() => undefined);
  }

  forget(): void {
    this.#cancelUnmute?.();
  }

  #apply(event: MemberEvent, facts: RoomFacts): RoomFacts {
    const { user, role } = event;
    this.#mutes.set(user.id, event.what === 'left' ? null : event.muted_until);
    const others = facts.members.filter(one => one.id !== user.id);
    const known = facts.members.find(one => one.id === user.id);
    if (event.what === 'left') return this.#show({ ...facts, member_count: facts.member_count - (known ? 1 : 0) }, others);
    if (known) return this.#show(facts, facts.members.map(one => (one === known ? { ...one, role } : one)));
    if (event.what === 'changed') return facts;
    const joined = { ...user, role, online: false, joined_at: new Date(this.#time.now()).toISOString() };
    return this.#show({ ...facts, member_count: facts.member_count + 1 }, [...others, joined]);
  }

  #show(facts: Omit<RoomFacts, 'members'>, members: readonly RoomMember[]): RoomFacts {
    const shown = {
      ...facts,
      members: members.map(one => {
        const online = this.#online?.has(one.id) ?? one.online;
        const muted = this.#mutes.get(one.id);
        return muted === undefined ? { ...one, online } : { ...one, online, muted_until: muted };
      }),
    };
    this.facts.set(shown);
    return shown;
  }

  /** One's own mute ends by itself: then one may more. */
  #watchMute(until: string | null): void {
    this.#cancelUnmute?.();
    this.#cancelUnmute = undefined;
    if (until === null) return;
    const left = Date.parse(until) - this.#time.now() + clock_margin_ms;
    if (left > timer_max_ms) return;
    this.#cancelUnmute = this.#time.setTimer(() => void this.refresh().catch(() => undefined), Math.max(left, clock_margin_ms));
  }
}
