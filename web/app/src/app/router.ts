import { nextTick } from 'vue';
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { appPath } from './place.ts';
import { client, resume } from './state.ts';

const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('../pages/SignPage.vue'), meta: { open: true } },
  { path: '/register', name: 'register', component: () => import('../pages/SignPage.vue'), meta: { open: true } },
  { path: '/guest/:id(\\d+)', name: 'guest', component: () => import('../pages/GuestPage.vue'), meta: { open: true, both: true } },
  {
    path: '/',
    component: () => import('../pages/ShellPage.vue'),
    children: [
      { path: '', name: 'home', component: () => import('../pages/HomePage.vue') },
      { path: 'discover', name: 'discover', component: () => import('../pages/DiscoverPage.vue') },
      { path: 'new', name: 'new', component: () => import('../pages/NewRoomPage.vue') },
      { path: 'inbox', name: 'inbox', component: () => import('../pages/InboxPage.vue') },
      { path: 'me', name: 'me', component: () => import('../pages/MePage.vue') },
      { path: 'tasks', name: 'tasks', component: () => import('../tasks/TasksPage.vue') },
      { path: 'tasks/:task(.+)', name: 'task', component: () => import('../tasks/TasksPage.vue') },
      { path: 'admin', name: 'admin', component: () => import('../admin/AdminPage.vue') },
      { path: 'r/:id(\\d+)', name: 'room', component: () => import('../room/RoomPage.vue') },
      { path: ':rest(.*)*', name: 'missing', component: () => import('../pages/MissingPage.vue') },
    ],
  },
];

export const router = createRouter({ history: createWebHistory(appPath), routes });

router.beforeEach(async to => {
  const signedIn = client.value !== undefined || (await resume());
  if (!signedIn && !to.meta.open) return { name: 'login', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  if (signedIn && to.meta.open && !to.meta.both) return nextOf(to.query.next);
  return true;
});

// People who do not see the page hear where they are: the heading takes the focus.
router.afterEach((to, from) => {
  if (from.matched.length === 0 || to.path === from.path) return;
  void nextTick(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }));
});

// A file of an older build is gone: the new page has others.
router.onError(error => {
  if (/dynamically imported module|Importing a module/.test(String(error))) location.reload();
});

/** Where somebody wanted to go before signing in; a path of this application only. */
export function nextOf(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
}
