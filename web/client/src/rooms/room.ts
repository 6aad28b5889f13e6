import { isParleyError, ParleyError, type Code } from '../errors.ts';
import { Cell, Emitter, type Log, type Store } from '../emitter.ts';
import type { Connection, Frame } from '../connection/connection.ts';
import type { MessageAck, MessageRead, Presence, RoomJoined, RoomUpdated, SyncState, TypingHeard } from '../generated/frames.ts';
import type { Message, MessageType, Operations, OwnPlace } from '../generated/http.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';
import { randomId, type Time } from '../time.ts';
import type { CallOptions } from '../http/call.ts';
import { Changes } from './changes.ts';
import { People, type MemberEvent, type RoomFacts } from './people.ts';
import { Timeline } from './timeline.ts';
import { Typing } from './typing.ts';

export type RoomState =
  | { phase: 'closed' | 'joining' | 'waiting' | 'replaying' | 'resyncing' }
  | { phase: 'live'; resumed: boolean }
  | { phase: 'gone'; code: Code };

export interface RoomEvents {
  message: Message & { replayed?: true };
  edited: Message;
  deleted: { id: number; room_id: number };
  read: MessageRead;
  typing: TypingHeard;
  presence: Presence;
  /** Somebody became a member, is none any more, or has another role or mute. */
  member: MemberEvent;
  updated: RoomUpdated;
  sync: SyncState;
  closed: { room_id: number };
  state: RoomState;
}

/** A message that was given to the outbox. */
export interface Outgoing {
  readonly clientMsgId: string;
  readonly acked: Promise<MessageAck>;
  cancel(): void;
  retry(): void;
}

export interface RoomContext {
  connection: Connection;
  outbox: Outbox;
  time: Time;
  log: Log;
  call<Name extends keyof Operations>(
    name: Name, input: Operations[Name]['input'], options?: CallOptions): Promise<Operations[Name]['answer']>;
  /** Who is signed in; unknown before the first connection. */
  user(): { id: number; username: string } | undefined;
}

const close_ms = 250;
const page_size = 50;
const reread_max = 200;
const read_pause_ms = 2_000;

/** One room of the user. The same object as long as somebody holds it; `open` and `close` are counted. */
export class Room {
  readonly id: number;
  readonly timeline: Timeline = new Timeline();
  readonly events: Emitter<RoomEvents>;
  readonly #context: RoomContext;
  readonly #people: People;
  readonly #typing: Typing;
  readonly #changes: Changes;
  readonly #reads = new Cell<ReadonlyMap<number, number>>(new Map());
  readonly #sync = new Cell<SyncState | undefined>(undefined);
  readonly #state = new Cell<RoomState>({ phase: 'closed' });
  #holders = 0;
  #cancelClose: (() => void) | undefined;
  #behind: Frame[] | undefined;
  #loaded = false;
  /** Whether the next join may make a member of a stranger. */
  #becomeMember = false;
  #joins = 0;
  #readGoal = 0;
  #readDone = 0;
  #cancelRead: (() => void) | undefined;

  constructor(id: number, context: RoomContext) {
    this.id = id;
    this.#context = context;
    this.events = new Emitter(context.log);
    this.#people = new People(context.time, () => context.call('show_room_details', { room_id: id }), () => context.user()?.id);
    this.#changes = new Changes(context.time);
    this.#typing = new Typing(context.time, is_typing => context.connection.tell('typing', { room_id: id, is_typing }));
    const pending = context.outbox.pending(id);
    pending.subscribe(() => this.timeline.setPending(pending.getSnapshot()));
    this.timeline.setPending(pending.getSnapshot());
  }

  on: Emitter<RoomEvents>['on'] = (type, fn) => this.events.on(type, fn);

  get state(): Store<RoomState> {
    return this.#state;
  }

  /** Name, settings and members; undefined until they were read. */
  get details(): Store<RoomFacts | undefined> {
    return this.#people.facts;
  }

  /** One's own place: role, mute, read mark, and what one may do now, as the server says it. */
  get me(): Store<OwnPlace | undefined> {
    return this.#people.me;
  }

  /** The others who type now. */
  get typers(): Store<readonly { id: number; username: string }[]> {
    return this.#typing.others;
  }

  /** Read marks by user. */
  get reads(): Store<ReadonlyMap<number, number>> {
    return this.#reads;
  }

  /** What the room watches; undefined if nothing was ever loaded. */
  get sync(): Store<SyncState | undefined> {
    return this.#sync;
  }

  get isOpen(): boolean {
    return this.#holders > 0;
  }

  /**
   * Joins the room as soon as the connection is live, and again after each reconnect. Resolves when it is live, and rejects if
   * it is gone or was closed before; nobody has to wait for that.
   *
   * Joining makes no member: who is none is refused, and who was removed stays out. `becomeMember` lets the first join make one of
   * an open room; the joins after it never do.
   */
  open(options: { becomeMember?: boolean } = {}): Promise<void> {
    this.#holders += 1;
    this.#becomeMember ||= options.becomeMember ?? false;
    this.#cancelClose?.();
    this.#cancelClose = undefined;
    const { phase } = this.#state.getSnapshot();
    if (phase === 'closed' || phase === 'gone') {
      this.#show({ phase: 'waiting' });
      if (this.#context.connection.live) void this.join();
    }
    const live = this.#untilLive();
    live.catch(() => undefined);
    return live;
  }

  async #untilLive(): Promise<void> {
    for (;;) {
      const state = this.#state.getSnapshot();
      if (state.phase === 'live') return;
      if (state.phase === 'gone') throw new ParleyError(state.code);
      if (state.phase === 'closed') throw new ParleyError('closed');
      await this.events.once('state');
    }
  }

  /** Takes effect after 250 ms, so that a page that only moves does not leave and join. */
  close(): void {
    this.#holders = Math.max(0, this.#holders - 1);
    if (this.#holders > 0 || this.#cancelClose) return;
    this.#cancelClose = this.#context.time.setTimer(() => {
      this.#cancelClose = undefined;
      this.#context.connection.tell('leave_room', { room_id: this.id });
      this.#typing.forget();
      this.#people.forget();
      this.#changes.lost();
      this.#show({ phase: 'closed' });
    }, close_ms);
  }

  /**
   * Sends a message, with files that were stored before: their ids, of `addFile` or `uploadFile`; `content` may be empty then. The
   * type is `file` with files and `text` without, unless it is given: `image` asks for a picture.
   */
  send(content: string, options: { type?: MessageType; clientMsgId?: string; attachments?: readonly number[] } = {}): Outgoing {
    const { attachments = [] } = options;
    const clientMsgId = options.clientMsgId ?? randomId();
    const { outbox, time } = this.#context;
    const acked = outbox.add({
      clientMsgId, roomId: this.id, content, type: options.type ?? (attachments.length > 0 ? 'file' : 'text'),
      createdAt: time.now(), status: 'queued', ...(attachments.length > 0 ? { attachments: [...attachments] } : {}),
    });
    acked.catch(() => undefined);
    this.#typing.sent();
    return {
      clientMsgId, acked,
      cancel: () => outbox.cancel(this.id, clientMsgId),
      retry: () => outbox.retry(this.id, clientMsgId),
    };
  }

  /** Tries a message again that failed. */
  retry(clientMsgId: string): void {
    this.#context.outbox.retry(this.id, clientMsgId);
  }

  /** Takes back a message that waits or failed. */
  cancel(clientMsgId: string): void {
    this.#context.outbox.cancel(this.id, clientMsgId);
  }

  /** At most one frame in three seconds; stops by itself after five. */
  typing(isTyping: boolean): void {
    this.#typing.own(isTyping);
  }

  /** Moves the own read mark up, with one request in two seconds. */
  markRead(messageId: number): void {
    this.#readGoal = Math.max(this.#readGoal, messageId);
    if (this.#cancelRead || this.#readGoal <= this.#readDone) return;
    const goal = this.#readGoal;
    this.#readDone = goal;
    this.#cancelRead = this.#context.time.setTimer(() => {
      this.#cancelRead = undefined;
      this.markRead(this.#readGoal);
    }, read_pause_ms);
    this.#context.call('mark_read', { message_id: goal }).then(
      mark => this.#setRead(this.#context.user()?.id, mark.last_read_id),
      () => {
        if (this.#readDone === goal) this.#readDone = 0;
      },
    );
  }

  /** The page before the oldest message that is loaded. */
  async loadOlder(limit: number = page_size): Promise<void> {
    const before = this.timeline.oldest;
    if (before === undefined || this.timeline.getSnapshot().atStart) return;
    const page = await this.#context.call('list_messages', { room_id: this.id, before_id: before, limit });
    this.timeline.addPage(page.items, { start: !page.has_more });
  }

  /** Shows the newest messages alone, whatever was loaded: from far above, that is the shorter way. */
  async loadNewest(limit: number = page_size): Promise<void> {
    const page = await this.#context.call('list_messages', { room_id: this.id, limit });
    this.timeline.restart(page.items, !page.has_more);
  }

  /** Reads one message again: the addresses of its files end after some hours. */
  async reload(messageId: number): Promise<void> {
    this.timeline.replace(await this.#context.call('show_message', { message_id: messageId }));
  }

  /** Reads on after a gap. */
  async fillGap(after: number, limit: number = 200): Promise<void> {
    const page = await this.#context.call('list_messages', { room_id: this.id, after_id: after, limit });
    const last = page.items.at(-1);
    const end = this.timeline.getSnapshot().items.find(one => one.id > after)?.id ?? Infinity;
    const closed = !page.has_more || (last !== undefined && last.id >= end);
    this.timeline.addPage(page.items, closed ? { fills: after } : {});
    if (!closed && last) this.timeline.moveGap(after, last.id);
  }

  /** Reads name, settings and members anew. */
  refresh(): Promise<RoomFacts> {
    return this.#people.refresh();
  }

  /** @internal Joins, replays and reads. The client calls it at each `live`. */
  async join(): Promise<void> {
    if (!this.isOpen) return;
    const attempt = ++this.#joins;
    const stale = (): boolean => attempt !== this.#joins || !this.isOpen;
    const resumes = this.#loaded;
    this.#show({ phase: 'joining' });
    this.#behind = [];
    try {
      const cursor = this.timeline.cursor;
      const answer = await this.#context.connection.ask('join_room', {
        room_id: this.id,
        ...(this.#becomeMember ? {} : { members_only: true }),
        ...(resumes ? { last_message_id: cursor, last_change: this.#changes.known } : {}),
      });
      if (answer.type !== 'room_joined' || stale()) return;
      this.#becomeMember = false;
      const resync = answer.payload.resync === true;
      if (!resumes || resync) {
        this.#show({ phase: resync ? 'resyncing' : 'replaying' });
        // What came after the join waits as frames, and is told as such; the history ends before it.
        const last = answer.payload.last_message_id;
        const page = last === null
          ? { items: [], has_more: false }
          : await this.#context.call('list_messages', { room_id: this.id, before_id: last + 1, limit: page_size });
        if (stale()) return;
        if (resync) this.timeline.addGap(page.items);
        else this.timeline.addPage(page.items, { start: !page.has_more });
        this.timeline.reach(last ?? 0);
        this.#loaded = true;
      }
      this.#release();
      this.#show({ phase: 'live', resumed: resumes && !resync });
      await Promise.all([this.refresh(), resumes && resync ? this.#reread() : undefined]);
    } catch (error) {
      if (!stale()) this.#failed(error);
    }
  }

  /** @internal The connection is gone. */
  lost(): void {
    this.#joins += 1;
    this.#changes.lost();
    this.#behind = undefined;
    this.#typing.forget();
    if (this.isOpen && this.#state.getSnapshot().phase !== 'gone') this.#show({ phase: 'waiting' });
  }

  /** @internal A frame of this room. Frames wait while the history is read, so that none overtakes it. */
  hear(frame: Frame): void {
    if (frame.type === 'room_joined') return this.#adopt(frame.payload);
    if (frame.type === 'message_edited' || frame.type === 'message_deleted') this.#changes.hear(frame);
    if (this.#behind) this.#behind.push(frame);
    else this.#take(frame);
    return undefined;
  }

  /** @internal An acknowledgement makes the message, unless its own frame was faster. */
  acked(entry: OutboxEntry, ack: MessageAck): void {
    const user = this.#context.user();
    // What is known of files is their ids: the message's own frame, which a joined room always gets, has the rest.
    if (!user || !this.#loaded || entry.attachments?.length) return;
    const message: Message = {
      id: ack.message_id, room_id: this.id, sender_id: user.id, sender_username: user.username, content: entry.content,
      message_type: entry.type, timestamp: ack.timestamp, edited_at: null, deleted: false, client_msg_id: entry.clientMsgId,
      attachments: [],
    };
    const pending = this.timeline.getSnapshot().pending.filter(one => one.clientMsgId !== entry.clientMsgId);
    if (this.timeline.take(message, pending)) this.events.emit('message', message);
  }

  /** What the room is like at the moment of the join; the frames after it go on from there. */
  #adopt({ sync, last_change, online, reads }: RoomJoined): void {
    this.#changes.joined(last_change, this.#loaded);
    this.#sync.set(sync ?? undefined);
    this.#people.setOnline(online);
    for (const mark of reads ?? []) this.#setRead(mark.user_id, mark.last_read_id);
  }

  #release(): void {
    const waiting = this.#behind ?? [];
    this.#behind = undefined;
    for (const frame of waiting) this.#take(frame);
  }

  #failed(error: unknown): void {
    this.#behind = undefined;
    if (isParleyError(error) && !error.retryable && error.code !== 'closed') {
      this.#show({ phase: 'gone', code: error.code });
      return;
    }
    this.#show({ phase: 'waiting' });
    const wait = (isParleyError(error) && error.retryAfterMs) || 2_000;
    this.#context.time.setTimer(() => {
      if (this.#state.getSnapshot().phase === 'waiting' && this.#context.connection.live) void this.join();
    }, wait);
  }

  /** Too much was changed to be told: what is nearest to the end is read again. */
  async #reread(): Promise<void> {
    const { items } = this.timeline.getSnapshot();
    const first = items.at(-reread_max);
    const from = first ?? items[0];
    if (!from) return;
    const page = await this.#context.call('list_messages', { room_id: this.id, after_id: from.id - 1, limit: reread_max });
    const known = new Set(this.timeline.getSnapshot().items.map(one => one.id));
    this.timeline.addPage(page.items.filter(one => known.has(one.id)));
  }

  #take(frame: Frame): void {
    switch (frame.type) {
      case 'room_message':
        return this.#takeMessage(frame.payload);
      case 'message_edited': {
        const message: Message & { replayed?: true } = { ...frame.payload };
        delete message.replayed;
        this.timeline.replace(message);
        return this.events.emit('edited', message);
      }
      case 'message_deleted':
        this.timeline.remove(frame.payload.id);
        return this.events.emit('deleted', frame.payload);
      case 'message_read':
        this.#setRead(frame.payload.user_id, frame.payload.last_read_id);
        return this.events.emit('read', frame.payload);
      case 'typing':
        this.#typing.hear(frame.payload);
        return this.events.emit('typing', frame.payload);
      case 'presence':
        this.#people.hearPresence(frame.payload);
        if (frame.payload.status === 'offline') this.#typing.stop(frame.payload.user.id);
        return this.events.emit('presence', frame.payload);
      case 'member_joined':
        return this.#takeMember({ ...frame.payload, what: 'joined' });
      case 'member_left':
        return this.#takeMember({ ...frame.payload, what: 'left' });
      case 'member_changed':
        return this.#takeMember({ ...frame.payload, what: 'changed' });
      case 'room_updated':
        this.#people.hearUpdate(frame.payload);
        return this.events.emit('updated', frame.payload);
      case 'sync_state':
        if (frame.payload.version >= (this.#sync.getSnapshot()?.version ?? 0)) this.#sync.set(frame.payload);
        return this.events.emit('sync', frame.payload);
      case 'room_left':
        if (frame.payload.reason === 'removed') this.#show({ phase: 'gone', code: 'not_a_member' });
        return undefined;
      case 'room_closed':
        this.#show({ phase: 'gone', code: 'room_not_found' });
        return this.events.emit('closed', frame.payload);
      default:
        return undefined;
    }
  }

  #takeMessage(heard: Message & { replayed?: true }): void {
    const { replayed, ...message } = heard;
    const own = message.sender_id === this.#context.user()?.id && message.client_msg_id !== null;
    const pending = own
      ? this.timeline.getSnapshot().pending.filter(one => one.clientMsgId !== message.client_msg_id)
      : undefined;
    const fresh = this.timeline.take(message, pending);
    this.timeline.reach(message.id);
    this.#typing.stop(message.sender_id);
    if (own) {
      this.#context.outbox.settle(this.id, message.client_msg_id ?? '', {
        message_id: message.id, client_msg_id: message.client_msg_id, timestamp: message.timestamp, sent_to_online_users: 0,
      });
    }
    if (fresh) this.events.emit('message', replayed ? { ...message, replayed } : message);
  }

  #takeMember(event: MemberEvent): void {
    this.#people.hearMember(event);
    this.events.emit('member', event);
  }

  #setRead(userId: number | undefined, lastReadId: number): void {
    if (userId === undefined || (this.#reads.getSnapshot().get(userId) ?? 0) >= lastReadId) return;
    this.#reads.set(new Map(this.#reads.getSnapshot()).set(userId, lastReadId));
  }

  #show(state: RoomState): void {
    this.#state.set(state);
    this.events.emit('state', state);
  }
}

/** The room that a frame is about, if it is about one. */
export function roomOf(frame: Frame): number | undefined {
  if (frame.type === 'room_updated') return frame.payload.id;
  const { payload } = frame as { payload?: { room_id?: unknown } };
  return typeof payload?.room_id === 'number' ? payload.room_id : undefined;
}

