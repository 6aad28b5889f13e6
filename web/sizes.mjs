// Whether what browsers load stays small: the page (web/app/dist) and the library, packed, against the budgets of docs/web-app.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const web = new URL('.', import.meta.url).pathname;
const dist = join(web, 'app/dist');
const page = readFileSync(join(dist, 'index.html'), 'utf8');
const files = readFileSync(join(dist, 'files.txt'), 'utf8').trim().split('\n');
const bytes = name => readFileSync(join(dist, `${name}.gz`)).length;
const sum = names => [...new Set(names)].reduce((all, name) => all + bytes(name), 0);

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
const load = (...parts) => new Set([...first, ...parts.map(chunk)].flatMap(name => [...withImports(name)]));
/** What comes with those chunks where the others are there. */
const beside = (there, ...parts) => sum([...load(...parts)].filter(name => !there.has(name)));

/** The library as a page would bundle it; tus-js-client is the page's own choice. */
async function bundled(...entries) {
  const code = entries.map(name => `export * from ${JSON.stringify(join(web, `client/src/${name}.ts`))};`).join('\n');
  const made = await build({
    configFile: false, logLevel: 'error', root: web,
    plugins: [{ name: 'entry', resolveId: id => (id === 'entry' ? '\0entry' : undefined), load: id => (id === '\0entry' ? code : undefined) }],
    build: { write: false, minify: true, target: 'es2022', rollupOptions: { input: 'entry', external: ['tus-js-client'], preserveEntrySignatures: 'strict' } },
  });
  return gzipSync(made.output[0].code, { level: 9 }).length;
}

const login = load('SignPage', 'zh');
const room = load('ShellPage', 'RoomPage', 'zh');
const styles = files.filter(name => name.endsWith('.css'));
const budgets = [
  ['the library, core', await bundled('index'), 14_000],
  ['all of the library', await bundled('index', 'watch', 'uploads', 'storage'), 24_000],
  ['login', sum(login), 85_000],
  ['a room', sum(room), 130_000],
  ['watching, beside it', beside(room, 'VideoPlayer'), 14_000],
  ['files, beside it', beside(room, 'uploads', 'PictureViewer'), 24_000],
  ['the server, beside it', beside(room, 'AdminPage'), 34_000],
  ['one language', bytes(chunk('ru')), 9_000],
  ['styles', sum(styles), 14_000],
  ['scripts of login', login.size, 6],
  ['scripts of a room', room.size, 8],
  ['everything, packed', sum(files.filter(name => name.endsWith('.gz')).map(name => name.slice(0, -3))), 400_000],
];
// The first sheet names the cascade's layers in their order; in another one, what is plain would win over what is special.
const [sheet] = page.match(/assets\/[\w.-]+\.css/) ?? [];
const layers = [...new Set([...readFileSync(join(dist, sheet), 'utf8').matchAll(/@layer ([a-z]+)/g)].map(match => match[1]))];
const ordered = layers.join().startsWith('tokens,base,parts');
if (!ordered) console.log('layers of', sheet, layers.join());
let over = !ordered;
for (const [what, is, most] of budgets) {
  console.log(`${what.padEnd(22)} ${String(is).padStart(7)} of ${most}`);
  over ||= is > most;
}
process.exit(over ? 1 : 0);
