// Whether what browsers load first stays small: web/app/dist against the budgets of docs/web-app.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const dist = new URL('app/dist/', import.meta.url).pathname;
const page = readFileSync(join(dist, 'index.html'), 'utf8');
const files = readFileSync(join(dist, 'files.txt'), 'utf8').trim().split('\n');
const bytes = name => readFileSync(join(dist, `${name}.gz`)).length;

/** What a chunk loads before it runs, beside itself. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(dist, name), 'utf8');
  for (const [, found] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) withImports(`assets/${found}`, seen);
  return seen;
}

const chunk = part => files.find(name => name.startsWith(`assets/${part}-`) && name.endsWith('.js'));
const first = [...page.matchAll(/\/static\/app\/(assets\/[\w.-]+\.js)/g)].map(match => match[1]);
const load = (...parts) => {
  const all = new Set();
  for (const name of [...first, ...parts.map(chunk)]) for (const one of withImports(name)) all.add(one);
  return [...all].reduce((sum, name) => sum + bytes(name), 0);
};
const styles = files.filter(name => name.endsWith('.css')).reduce((sum, name) => sum + bytes(name), 0);
const everything = files.filter(name => name.endsWith('.gz')).reduce((sum, name) => sum + bytes(name.slice(0, -3)), 0);

const budgets = [
  ['login', load('SignPage', 'zh'), 85_000],
  ['a room', load('ShellPage', 'RoomPage', 'zh'), 130_000],
  ['one language', bytes(chunk('ru')), 9_000],
  ['styles', styles, 14_000],
  ['everything, packed', everything, 400_000],
];
let over = false;
for (const [what, is, most] of budgets) {
  console.log(`${what.padEnd(20)} ${String(is).padStart(7)} of ${most}`);
  over ||= is > most;
}
process.exit(over ? 1 : 0);
