/** What a player should do about its distance from where it should be. */
export type Correction = { kind: 'none' } | { kind: 'rate'; rate: number } | { kind: 'jump' };

export interface Law {
  /** Below it the room's rate is played, in seconds. */
  inside: number;
  /** A correction goes on until the distance is below it. */
  back: number;
  /** Above it only a jump helps. */
  jump: number;
  /** The rate is changed in steps of this. */
  step: number;
}

export const usualLaw: Law = { inside: 0.02, back: 0.008, jump: 0.3, step: 0.01 };
/** WebKit stutters at each change of the rate: there are fewer of them (commaai/connect#595). */
export const webkitLaw: Law = { inside: 0.08, back: 0.02, jump: 1, step: 0.02 };

const most = 0.05;
const over_s = 2;

/**
 * Small differences by playing a little faster or slower, large ones by a jump.
 * @param drift seconds that the picture is ahead
 * @param roomRate what the room plays at
 * @param current what the player plays at now
 */
export function correct(drift: number, roomRate: number, current: number, law: Law = usualLaw): Correction {
  // In the watcher's own seconds: at half the rate, a second of the film is two of them.
  const distance = Math.abs(drift) / roomRate;
  if (distance > law.jump) return { kind: 'jump' };
  const correcting = Math.abs(current - roomRate) > 1e-6;
  if (distance <= (correcting ? law.back : law.inside)) return correcting ? { kind: 'rate', rate: roomRate } : { kind: 'none' };
  const share = Math.min(most, distance / over_s);
  const stepped = Math.max(law.step, Math.round(share / law.step) * law.step);
  const rate = roomRate * (1 - Math.sign(drift) * stepped);
  return Math.abs(rate - current) < 1e-6 ? { kind: 'none' } : { kind: 'rate', rate };
}
