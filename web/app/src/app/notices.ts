import type { Notification } from '@parley/client';
import { isParleyError } from '@parley/client';
import { onScopeDispose, watch } from 'vue';
import { sentenceOf, t } from '../texts/index.ts';
import { toast } from '../ui/toasts.ts';
import { desktopNotices } from './settings.ts';
import { client, inbox, refreshInbox, refreshRooms } from './state.ts';

/** What a notification says, in the page's language. */
export function sayNotification(one: Notification): string {
  const { type, username, room_name } = one.content;
  if (type === 'join_request') return t.value.wantsToJoin(username, room_name);
  return type === 'owner_invitation' ? t.value.invitesYou(username, room_name) : t.value.memberInvites(username, room_name);
}

/** Answers an invitation or a request; the list follows whatever the server says. */
export async function answer(one: Notification, action: 'accept' | 'reject'): Promise<boolean> {
  try {
    const outcome = await client.value?.call('respond_notification', { notification_id: one.id, body: { action, token: one.content.token } });
    if (outcome) inbox.value = inbox.value.map(known => (known.id === one.id ? { ...known, status: outcome.status } : known));
    await refreshRooms();
    return action === 'accept';
  } catch (error) {
    const text = isParleyError(error, 'gone') ? t.value.gone : isParleyError(error, 'already_answered') ? t.value.answeredElsewhere : sentenceOf(error);
    toast({ text, bad: true });
    await refreshInbox().catch(() => undefined);
    return false;
  }
}

/** A new notification shows at the corner, with its buttons; one's own request that was answered says so. */
export function useInboxToasts(): void {
  let removers: (() => void)[] = [];
  const stop = watch(client, current => {
    for (const remove of removers) remove();
    removers = !current ? [] : [
      current.on('notification', one => {
        if (one.status !== 'unread') return;
        toast({
          text: sayNotification(one),
          actions: [
            { label: t.value.accept, run: () => void answer(one, 'accept') },
            { label: t.value.decline, run: () => void answer(one, 'reject') },
          ],
        }, 12_000);
        noticeDesktop('Parley', sayNotification(one), `n${one.id}`);
      }),
      current.on('notificationAnswered', ({ status, user }) => {
        toast({ text: status === 'accepted' ? t.value.isInNow(user.username) : t.value.saidNo(user.username) });
      }),
    ];
  }, { immediate: true });
  onScopeDispose(() => {
    stop();
    for (const remove of removers) remove();
  });
}

/** A notification of the desktop while the page is in the background; the tag makes it one for all tabs. */
export function noticeDesktop(title: string, body: string, tag: string): void {
  if (desktopNotices.value !== 'on' || document.hasFocus()) return;
  if (!('Notification' in globalThis) || globalThis.Notification.permission !== 'granted') return;
  const shown = new globalThis.Notification(title, { body, tag });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}
