import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './app/router.ts';
import './app/settings.ts';
import { startTexts } from './texts/index.ts';

// A file that is dropped beside its place must not take the page away.
for (const type of ['dragover', 'drop'] as const) {
  window.addEventListener(type, event => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  });
}

await startTexts();
createApp(App).use(router).mount('#app');
