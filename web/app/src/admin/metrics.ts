/** Numbers of one reading of `/metrics`, summed as the charts show them. */
export interface Reading {
  at: number;
  connections: number;
  deliveries: number;
  outbox: number;
  ends: number;
  http: number;
  /** Commits by their upper bound in seconds, cumulative. */
  commits: ReadonlyMap<number, number>;
}

const line = /^(\w+)(?:\{([^}]*)\})? (\S+)/;

/** Reads the text of Prometheus; what the charts do not know is passed over. */
export function readingOf(text: string, at: number): Reading {
  const sums: Record<string, number> = {};
  const commits = new Map<number, number>();
  for (const one of text.split('\n')) {
    const found = line.exec(one);
    if (!found) continue;
    const [, name = '', labels = '', value = ''] = found;
    if (name === 'parley_commit_seconds_bucket') commits.set(Number(/le="([^"]+)"/.exec(labels)?.[1]?.replace('+Inf', 'Infinity')), Number(value));
    else sums[name] = (sums[name] ?? 0) + Number(value);
  }
  return {
    at, commits,
    connections: sums.parley_connections ?? 0, deliveries: sums.parley_deliveries_total ?? 0, outbox: sums.parley_outbox_bytes ?? 0,
    ends: sums.parley_disconnects_total ?? 0, http: sums.parley_http_requests_total ?? 0,
  };
}

/** A second's share of what grew between two readings. */
export function rate(before: Reading, now: Reading, of: 'deliveries' | 'ends' | 'http'): number {
  const seconds = (now.at - before.at) / 1000;
  return seconds > 0 ? Math.max(0, now[of] - before[of]) / seconds : 0;
}

/** The bound in milliseconds below which 99 of 100 commits since the earlier reading were; 0 if there were none. */
export function commitP99(before: Reading, now: Reading): number {
  const since = (bound: number): number => (now.commits.get(bound) ?? 0) - (before.commits.get(bound) ?? 0);
  const all = since(Infinity);
  if (all <= 0) return 0;
  const bounds = [...now.commits.keys()].filter(Number.isFinite).sort((a, b) => a - b);
  return (bounds.find(bound => since(bound) >= all * 0.99) ?? bounds.at(-1) ?? 0) * 1000;
}
