import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './app/router.ts';
import './app/settings.ts';
import { startTexts } from './texts/index.ts';

await startTexts();
createApp(App).use(router).mount('#app');
