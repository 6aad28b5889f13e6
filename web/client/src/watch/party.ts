import type { Client } from '../client.ts';
import { Cell, type Store } from '../emitter.ts';
import { isParleyError } from '../errors.ts';
import type { ClientFrames, SyncState } from '../generated/frames.ts';
import type { Room } from '../rooms/room.ts';
import { systemTime, type Time } from '../time.ts';
import { correct, usualLaw, webkitLaw, type Law } from './law.ts';
import { Offset } from './offset.ts';

export interface PartyState {
  phase: 'idle' | 'playing' | 'paused' | 'holding' | 'buffering' | 'error';
  sync: SyncState | undefined;
  /** How far the picture is ahead of the room, if it plays. */
  driftMs: number | undefined;
  waitingFor: readonly number[];
  /** The browser plays without sound until somebody presses a button. */
  needsGesture: boolean;
  /** Somebody else steered a moment before: counts those. */
  conflicts: number;
}

/** The part of an `HTMLVideoElement` that is used. */
export type VideoLike = HTMLVideoElement;

const fast_ms = 200;
const fast_pings = 50;
const slow_ms = 1_000;
const tick_ms = 250;
const write_pause_ms = 1_000;
const stalled_ms = 300;
const after_seek_ms = 500;
const ahead_s = 2;
const settled_s = 0.05;

/** Keeps a video element where the room is, and steers the room. Only the controls command, never the element's events. */
export class WatchParty {
  readonly #client: Client;
  readonly #room: Room;
  readonly #time: Time;
  readonly #law: Law;
  readonly #offset = new Offset();
  readonly #state = new Cell<PartyState>({
    phase: 'idle', sync: undefined, driftMs: undefined, waitingFor: [], needsGesture: false, conflicts: 0,
  });
  readonly #cancels: (() => void)[] = [];
  #video: VideoLike | undefined;
  #frame: number | undefined;
  #drifts: number[] = [];
  #wroteAt = -Infinity;
  #soughtAt = -Infinity;
  #seekMs = 80;
  #stalledAt: number | undefined;
  #buffering = false;
  #pings = 0;
  #cancelPing: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;
  #ended = false;

  constructor(client: Client, room: Room, options: { time?: Time; law?: Law } = {}) {
    this.#client = client;
    this.#room = room;
    this.#time = options.time ?? systemTime;
    const webkit = /AppleWebKit/.test(globalThis.navigator?.userAgent ?? '') && !/Chrom/.test(globalThis.navigator?.userAgent ?? '');
    this.#law = options.law ?? (webkit ? webkitLaw : usualLaw);
    this.#cancels.push(room.sync.subscribe(() => this.#follow()), client.on('state', state => {
      if (state.phase !== 'live') return;
      this.#offset.clear();
      this.#pings = 0;
    }));
    this.#ping();
    this.#tick();
    this.#follow();
  }

  get state(): Store<PartyState> {
    return this.#state;
  }

  /** The server's clock in milliseconds, as this client knows it. */
  get serverNow(): number {
    return this.#time.monotonic() + this.#offset.ms;
  }

  get clockErrorMs(): number {
    return this.#offset.errorMs;
  }

  /** Takes the element: from now on nobody else plays, pauses or seeks it. */
  attach(video: VideoLike): void {
    this.#video = video;
    video.preservesPitch = true;
    video.addEventListener('error', this.#failed);
    if (typeof video.requestVideoFrameCallback === 'function') this.#watchFrames(video);
    this.#follow();
  }

  end(): void {
    this.#ended = true;
    if (this.#buffering) this.#tell('sync_buffering', { room_id: this.#room.id, is_buffering: false });
    for (const cancel of this.#cancels) cancel();
    this.#cancelPing?.();
    this.#cancelTick?.();
    this.#video?.removeEventListener('error', this.#failed);
    if (this.#frame !== undefined) this.#video?.cancelVideoFrameCallback?.(this.#frame);
    this.#video?.pause();
    this.#video = undefined;
  }

  load(videoId: number | null): Promise<void> {
    return this.#steer('sync_load', { room_id: this.#room.id, video_id: videoId });
  }

  play(): Promise<void> {
    return this.#steer('sync_play', { room_id: this.#room.id, position_s: this.position() });
  }

  pause(): Promise<void> {
    return this.#steer('sync_pause', { room_id: this.#room.id, position_s: this.position(), ...this.#ifVersion() });
  }

  seek(position: number): Promise<void> {
    const end = this.#video?.duration;
    const inside = Math.max(0, Number.isFinite(end) ? Math.min(position, end as number) : position);
    return this.#steer('sync_seek', { room_id: this.#room.id, position_s: inside, ...this.#ifVersion() });
  }

  rate(rate: number): Promise<void> {
    return this.#steer('sync_rate', { room_id: this.#room.id, rate, ...this.#ifVersion() });
  }

  /** A person pressed a button: from now on the browser allows sound. */
  async allowSound(): Promise<void> {
    if (!this.#video) return;
    this.#video.muted = false;
    await this.#video.play().catch(() => undefined);
    this.#show({ needsGesture: false });
    this.#follow();
  }

  /** Where the room is at a moment of the own clock, in seconds. */
  position(at: number = this.#time.monotonic()): number {
    const sync = this.#room.sync.getSnapshot();
    if (!sync) return 0;
    if (!this.#runs(sync)) return sync.position_s;
    const now = sync.position_s + ((at + this.#offset.ms - sync.server_time_ms) / 1000) * sync.rate;
    const end = this.#video?.duration;
    return Math.max(0, end !== undefined && Number.isFinite(end) ? Math.min(now, end) : now);
  }

  #runs(sync: SyncState): boolean {
    return sync.state === 'playing' && sync.waiting_for.length === 0;
  }

  #ifVersion(): { if_version?: number } {
    const version = this.#room.sync.getSnapshot()?.version;
    return version === undefined ? {} : { if_version: version };
  }

  async #steer<Type extends keyof ClientFrames>(type: Type, payload: ClientFrames[Type]): Promise<void> {
    try {
      await this.#client.ask(type, payload);
    } catch (error) {
      if (!isParleyError(error, 'sync_conflict')) throw error;
      this.#show({ conflicts: this.#state.getSnapshot().conflicts + 1 });
    }
  }

  #tell<Type extends keyof ClientFrames>(type: Type, payload: ClientFrames[Type]): void {
    this.#client.tell(type, payload);
  }

  #show(change: Partial<PartyState>): void {
    this.#state.set({ ...this.#state.getSnapshot(), ...change });
  }

  /** Five pings a second for ten seconds, then one. */
  #ping(): void {
    if (this.#ended) return;
    const t0 = this.#time.monotonic();
    this.#client.ask('clock_ping', { t0 }, { timeoutMs: 3_000 }).then(answer => {
      if (answer.type === 'clock_pong') this.#offset.add(t0, answer.payload.t1, answer.payload.t2, this.#time.monotonic());
    }, () => undefined);
    this.#pings += 1;
    this.#cancelPing = this.#time.setTimer(() => this.#ping(), this.#pings < fast_pings ? fast_ms : slow_ms);
  }

  #tick(): void {
    if (this.#ended) return;
    if (typeof this.#video?.requestVideoFrameCallback !== 'function') this.#sample();
    this.#watchBuffering();
    this.#cancelTick = this.#time.setTimer(() => this.#tick(), tick_ms);
  }

  #sample(): void {
    if (this.#video && !this.#video.paused && !this.#video.seeking)
      this.#judge(this.#video.currentTime - this.position());
  }

  #watchFrames(video: VideoLike): void {
    this.#frame = video.requestVideoFrameCallback((_now, frame) => {
      if (this.#ended || this.#video !== video) return;
      if (!video.paused && !video.seeking) this.#judge(frame.mediaTime - this.position(frame.expectedDisplayTime));
      this.#watchFrames(video);
    });
  }

  /** The state of the room changed: another film, another place, play or pause. */
  #follow(): void {
    const sync = this.#room.sync.getSnapshot();
    const video = this.#video;
    this.#drifts = [];
    this.#show({
      sync, waitingFor: sync?.waiting_for ?? [],
      phase: !sync?.video ? 'idle' : sync.state === 'paused' ? 'paused' : sync.waiting_for.length > 0 ? 'holding' : 'playing',
    });
    if (!video || !sync?.video) return;
    if (this.#runs(sync)) {
      video.playbackRate = sync.rate;
      if (Math.abs(video.currentTime - this.position()) > this.#law.jump) this.#jump();
      this.#start(video);
    } else {
      video.pause();
      video.playbackRate = sync.rate;
      if (Math.abs(video.currentTime - sync.position_s) > settled_s && video.readyState > 0) {
        this.#soughtAt = this.#time.monotonic();
        video.currentTime = sync.position_s;
      }
      this.#show({ driftMs: undefined });
    }
  }

  #start(video: VideoLike): void {
    if (!video.paused) return;
    video.play().catch((error: unknown) => {
      if ((error as Error)?.name !== 'NotAllowedError' || video.muted) return;
      // Without sound it may play at once; the sound waits for a button.
      video.muted = true;
      this.#show({ needsGesture: true });
      video.play().catch(() => undefined);
    });
  }

  /** To where the room will be when the picture is there. */
  #jump(): void {
    const video = this.#video;
    if (!video || video.readyState === 0 || video.seeking) return;
    const began = this.#time.monotonic();
    this.#soughtAt = began;
    this.#drifts = [];
    video.addEventListener('seeked', () => {
      const took = Math.min(2_000, this.#time.monotonic() - began);
      this.#seekMs += (took - this.#seekMs) / 4;
    }, { once: true });
    video.currentTime = this.position(began + this.#seekMs);
  }

  #judge(drift: number): void {
    const sync = this.#room.sync.getSnapshot();
    const video = this.#video;
    if (!sync || !video || !this.#runs(sync) || !this.#offset.known) return;
    if (video.ended || (Number.isFinite(video.duration) && this.position() >= video.duration)) return;
    this.#drifts = [...this.#drifts, drift].slice(-9);
    if (this.#drifts.length < 5) return;
    const middle = [...this.#drifts].sort((a, b) => a - b)[Math.floor(this.#drifts.length / 2)] ?? 0;
    this.#show({ driftMs: Math.round(middle * 1000) });
    if (globalThis.document?.visibilityState === 'hidden') return;
    const now = this.#time.monotonic();
    const correction = correct(middle, sync.rate, video.playbackRate, this.#law);
    if (correction.kind === 'jump') {
      if (now - this.#soughtAt > after_seek_ms) this.#jump();
    } else if (correction.kind === 'rate' && now - this.#wroteAt >= write_pause_ms) {
      this.#wroteAt = now;
      video.playbackRate = correction.rate;
    }
  }

  /** The picture stalls although it should play: the room waits, 15 s at most. */
  #watchBuffering(): void {
    const sync = this.#room.sync.getSnapshot();
    const video = this.#video;
    if (!video || !sync?.video || sync.state !== 'playing') {
      this.#setBuffering(false);
      return;
    }
    // After a pause of the system, or a start that came before the film was there.
    if (this.#runs(sync) && video.paused && !video.ended) this.#start(video);
    const now = this.#time.monotonic();
    const stalls = video.readyState < 3 && now - this.#soughtAt > after_seek_ms && !video.ended && !video.error;
    if (!stalls) this.#stalledAt = undefined;
    else this.#stalledAt ??= now;
    if (this.#buffering) this.#setBuffering(!(video.readyState >= 3 && bufferedAhead(video)));
    else if (this.#stalledAt !== undefined && now - this.#stalledAt >= stalled_ms) this.#setBuffering(true);
  }

  #setBuffering(is: boolean): void {
    if (is === this.#buffering) return;
    this.#buffering = is;
    this.#tell('sync_buffering', { room_id: this.#room.id, is_buffering: is });
  }

  #failed = (): void => {
    this.#show({ phase: 'error' });
    // The signed address may have expired: the state brings a new one.
    this.#tell('sync_request', { room_id: this.#room.id });
  };
}

function bufferedAhead(video: VideoLike): boolean {
  const { buffered, currentTime, duration } = video;
  for (let at = 0; at < buffered.length; at += 1) {
    if (buffered.start(at) <= currentTime && buffered.end(at) >= Math.min(currentTime + ahead_s, duration - 0.1)) return true;
  }
  return false;
}
