/** Of the last pings; each way on its own, since both messages of one ping are seldom lucky at once. */
const kept = 64;

/** The server's clock from `clock_ping` (docs/watching-together.md). Times in milliseconds of a clock that only grows. */
export class Offset {
  #there: number[] = [];
  #back: number[] = [];

  /** Takes one ping: sent at `t0`, heard by the server at `t1`, answered at `t2`, heard here at `t3`. */
  add(t0: number, t1: number, t2: number, t3: number): void {
    this.#there = [...this.#there, t1 - t0].slice(-kept);
    this.#back = [...this.#back, t2 - t3].slice(-kept);
  }

  /** After a sleep or another network the old samples say nothing. */
  clear(): void {
    this.#there = [];
    this.#back = [];
  }

  get known(): boolean {
    return this.#there.length > 0;
  }

  /** What to add to the own clock. */
  get ms(): number {
    return this.known ? (Math.min(...this.#there) + Math.max(...this.#back)) / 2 : 0;
  }

  /** Half of what the shortest ways leave open. */
  get errorMs(): number {
    return this.known ? Math.max(0, (Math.min(...this.#there) - Math.max(...this.#back)) / 2) : Infinity;
  }
}
