import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const client = fileURLToPath(new URL('../client/src/', import.meta.url));
/** Where `script/web dev` finds a running Parley. */
const server = process.env.PARLEY_URL ?? 'http://127.0.0.1:8000';

/** Which modules of npm are in what browsers load: the bill of materials reads it (cmake/write_sbom.cmake). */
function listModules(): Plugin {
  return {
    name: 'parley-modules',
    apply: 'build',
    generateBundle(_options, bundle) {
      const names = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const [id, { renderedLength }] of Object.entries(chunk.modules)) {
          const found = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\0', ''));
          if (found?.[1] && renderedLength > 0) names.add(found[1]);
        }
      }
      this.emitFile({ type: 'asset', fileName: 'modules.txt', source: [...names].sort().map(name => `${name}\n`).join('') });
    },
  };
}

/** Packs each text and lists all files, in a fixed order, for net/http/CMakeLists.txt. */
function listFiles(): Plugin {
  return {
    name: 'parley-files',
    apply: 'build',
    writeBundle() {
      const dist = join(here, 'dist');
      const files = readdirSync(dist, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile() && !['files.txt', 'modules.txt'].includes(entry.name))
        .map(entry => relative(dist, join(entry.parentPath, entry.name)))
        .sort();
      const packed: string[] = [];
      for (const file of files) {
        // Not the page: the server puts its base path into it.
        if (!/\.(js|css|svg)$/.test(file)) continue;
        writeFileSync(join(dist, `${file}.gz`), gzipSync(readFileSync(join(dist, file)), { level: 9 }));
        packed.push(`${file}.gz`);
      }
      writeFileSync(join(dist, 'files.txt'), [...files, ...packed].map(file => `${file}\n`).join(''));
    },
  };
}

export default defineConfig({
  root: here,
  base: '/static/app/',
  plugins: [vue({ features: { optionsAPI: false } }), listModules(), listFiles()],
  resolve: {
    alias: [
      { find: /^@parley\/client$/, replacement: `${client}index.ts` },
      { find: /^@parley\/client\/(\w+)$/, replacement: `${client}$1.ts` },
    ],
  },
  // The page is below a base path that only the server knows: scripts find each other by their own address.
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `/static/app/${file}` : { relative: true }),
  },
  build: {
    target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false,
    // What every page needs is one file, and what every room needs another: each request costs a turn of a slow network.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', test: /\/node_modules\/(@vue|vue|vue-router)\/|\/client\/src\/(?!uploads|watch)|\/app\/src\/(styles\/|app\/(?!leaving)|texts\/(index|names)|ui\/(?!ActionMenu|ConfirmDialog|PasswordField))/ },
            { name: 'talk', test: /\/app\/src\/(room\/(?!PictureViewer|SidePanel|SettingsPanel|MembersPanel|ConfigFields)|app\/leaving|ui\/ActionMenu)|\/node_modules\/(reka-ui|@floating-ui|@vueuse|@internationalized|aria-hidden|defu|ohash|tslib)\// },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '^/(users|token|rooms|notifications|messages|api|realtime|videos|uploads|files|avatars|admin|metrics|readyz|static/home)': server,
      '/ws': { target: server.replace('http', 'ws'), ws: true },
    },
  },
});
