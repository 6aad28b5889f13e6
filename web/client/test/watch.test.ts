import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correct, Offset, usualLaw } from '../src/watch.ts';

describe('the law of correction', () => {
  it('leaves a picture alone that is within 20 ms', () => {
    expect(correct(0.019, 1, 1)).toEqual({ kind: 'none' });
    expect(correct(-0.019, 1.5, 1.5)).toEqual({ kind: 'none' });
  });

  it('plays a picture that is ahead slower, and one that is behind faster, by 5 % at most', () => {
    expect(correct(0.1, 1, 1)).toEqual({ kind: 'rate', rate: 0.95 });
    expect(correct(-0.04, 1, 1)).toEqual({ kind: 'rate', rate: 1.02 });
    expect(correct(-0.29, 2, 2)).toEqual({ kind: 'rate', rate: 2.1 });
  });

  it('goes on until it is within 8 ms', () => {
    expect(correct(0.012, 1, 0.99)).toEqual({ kind: 'none' });
    expect(correct(0.007, 1, 0.99)).toEqual({ kind: 'rate', rate: 1 });
  });

  it('jumps over 300 ms', () => {
    expect(correct(0.31, 1, 1)).toEqual({ kind: 'jump' });
    expect(correct(-4, 1, 1)).toEqual({ kind: 'jump' });
  });

  it('brings any picture within 40 ms in ten seconds, one change of the rate a second', () => {
    fc.assert(fc.property(fc.double({ min: -0.6, max: 0.6, noNaN: true }), fc.constantFrom(0.5, 1, 1.5), (start, roomRate) => {
      let drift = start;
      let rate: number = roomRate;
      for (let tenth = 0; tenth < 100; tenth += 1) {
        if (tenth % 10 === 0) {
          const correction = correct(drift, roomRate, rate, usualLaw);
          if (correction.kind === 'rate') rate = correction.rate;
          if (correction.kind === 'jump') drift = 0;
        }
        drift += (rate - roomRate) * 0.1;
      }
      expect(Math.abs(drift) / roomRate).toBeLessThan(0.04);
    }));
  });
});

describe('the offset', () => {
  it('is within half of what the two shortest ways differ by', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(400), fc.nat(400)), { minLength: 1, maxLength: 64 }), fc.integer({ min: -5000, max: 5000 }), (ways, truth) => {
      const offset = new Offset();
      ways.forEach(([there, back], turn) => {
        const t0 = turn * 1000;
        const t1 = t0 + there + truth;
        offset.add(t0, t1, t1, t0 + there + back);
      });
      const shortest = [Math.min(...ways.map(way => way[0])), Math.min(...ways.map(way => way[1]))] as const;
      expect(Math.abs(offset.ms - truth)).toBeLessThanOrEqual(Math.abs(shortest[0] - shortest[1]) / 2 + 1e-9);
    }));
  });
});
