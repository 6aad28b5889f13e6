const plural = new Intl.PluralRules('en');
const count = (n: number, one: string, other: string): string => `${n} ${plural.select(n) === 'one' ? one : other}`;

/** Every text of the page. The other languages have this very shape: a missing one does not compile. */
export const texts = {
  languageName: 'English',
  // Words
  rooms: 'Rooms', discover: 'Discover', inbox: 'Inbox', me: 'Me', admin: 'Server', save: 'Save', cancel: 'Cancel', close: 'Close',
  retry: 'Retry', edit: 'Edit', delete: 'Delete', copy: 'Copy text', undo: 'Undo', back: 'Back', search: 'Search', send: 'Send',
  more: 'More', open: 'Open', join: 'Join', ask: 'Ask to join', withdraw: 'Withdraw', leave: 'Leave', accept: 'Accept',
  decline: 'Decline', invite: 'Invite', name: 'Name', description: 'Description', optional: 'optional', loading: 'Loading…',
  saved: 'Saved', you: 'you', skip: 'Skip to the content', settings: 'Settings', members: 'Members', videos: 'Videos',
  owner: 'Owner', moderator: 'Moderator', member: 'Member', online: 'Online', offline: 'Offline', details: 'Details',
  // Signing in
  signIn: 'Sign in', register: 'Create an account', username: 'User name', usernameOrEmail: 'User name or e-mail',
  email: 'E-mail', password: 'Password', show: 'Show', hide: 'Hide', keep: 'Keep me signed in on this device',
  noAccount: 'New here?', haveAccount: 'Have an account?', signOut: 'Sign out', signOutHint: 'Unsent messages and drafts on this device are erased.',
  tagline: 'Talk, and watch films together.',
  nameHint: 'Letters, digits, "_", "-" and ".", 2 to 32 of them.', passwordHint: 'At least 8 characters.',
  badCredentials: 'The name or the password is wrong.', sessionEnded: 'You were signed out',
  sessionEndedHint: 'Sign in again to go on; what you were writing stays.',
  tooFast: (s: number) => `Too many attempts. Try again in ${s} s.`,
  // Home
  welcome: (name: string) => `Hello, ${name}`,
  firstSteps: 'Three steps to a conversation', stepRoom: 'Make a room', stepRoomHint: 'For friends, a team, or a film tonight.',
  stepInvite: 'Invite people', stepInviteHint: 'By their names. They are told at once.', stepTalk: 'Talk',
  stepTalkHint: 'Everybody sees each message at once, in the same order.', chooseRoom: 'Choose a room at the left, or find one in Discover.',
  noRooms: 'No room yet', noRoomsHint: 'Make one, or find one that is open.', nothingFound: 'Nothing found',
  newRoom: 'New room', findRooms: 'Find a room by its name',
  // New room
  preset: 'What is it for?', presetPrivate: 'Private', presetPrivateHint: 'Only people who were invited. Others cannot see it.',
  presetOpen: 'Open to all', presetOpenHint: 'Everybody finds it and joins with a click.',
  presetFilm: 'Film evening', presetFilmHint: 'Invited people; everybody may steer the film.',
  create: 'Create the room', isPublic: 'Everybody can find this room', isPublicHint: 'Its name and description show up in Discover.',
  joinPolicy: 'Who gets in', joinOpen: 'Everybody, at once', joinApproval: 'Who asks and is let in', joinInvite: 'Only who was invited',
  history: 'Old messages', historyAll: 'Members read everything', historySince: 'Members read from the day they came',
  historyNone: 'Nobody reads old messages', allowGuests: 'Guests without an account may talk',
  allowGuestsHint: 'They see new messages only.', syncMode: 'Who steers the film', syncOwner: 'Owner and moderators',
  syncEveryone: 'All members', syncOff: 'No films here',
  nothingHereYet: 'Nothing was said here yet.', sayHello: 'Say hello!',
  // Discover
  discoverHint: 'Rooms that everybody can find.', people: (n: number) => count(n, 'person here now', 'people here now'),
  byInvitation: 'By invitation only', asked: 'You have asked to join', banned: 'You were banned from this room', joinedAlready: 'You are a member',
  requestSent: 'Your request is with the owner.',
  invitedHere: 'You are invited: see your inbox',
  // Inbox
  inboxEmpty: 'Nothing waits for an answer', inboxEmptyHint: 'Invitations and requests come here, at once.', answered: 'Answered', waiting: 'Open',
  invitesYou: (who: string, room: string) => `${who} invites you to “${room}”`,
  memberInvites: (who: string, room: string) => `${who} suggests that you join “${room}”`, ownerStillAgrees: 'The owner still has to agree.',
  wantsToJoin: (who: string, room: string) => `${who} asks to join “${room}”`, accepted: 'Accepted', rejected: 'Declined',
  gone: 'It was withdrawn, or the room is gone.', answeredElsewhere: 'It was answered already.',
  isInNow: (who: string) => `${who} said yes`, saidNo: (who: string) => `${who} declined`,
  // Room
  writeTo: (room: string) => `Write to ${room}`, messages: 'Messages', newMessages: 'New',
  unread: (n: number) => count(n, 'new message', 'new messages'), jumpToEnd: 'Go to the newest message',
  typingOne: (who: string) => `${who} is typing…`, typingMany: (n: number) => `${n} people are typing…`,
  edited: 'edited', deleted: 'This message was deleted.', pending: 'Waits to be sent', failed: 'Not sent', sending: 'Sending',
  readBy: 'Read by', nobodyRead: 'Nobody has read it yet.', seenBy: (n: number) => `Read by ${n}`, editing: 'You are editing a message', deletedUndo: 'The message will be deleted.',
  loadOlder: 'Older messages', beginning: 'This is where it begins.', gap: 'Some messages are not loaded', loadGap: 'Load them',
  historyFrom: 'You see what was said since you came.', historyHidden: 'In this room old messages are not shown.',
  characters: (n: number) => `${n} left`, tooLong: 'The message is too long.',
  notMember: 'This room is private', notMemberHint: 'Ask the owner to let you in.', roomGone: 'There is no such room', roomGoneHint: 'It was dissolved, or the address is wrong.',
  removed: 'You are no longer a member of this room', toRooms: 'To your rooms', mutedNow: 'You are muted here.', mutedUntil: (t: string) => `Muted until ${t}`,
  joinToTalk: 'Join to read and write here.',
  // Files of messages
  attach: 'Attach files', attached: 'Files of the next message', dropFiles: 'Drop files here to send them', files: (n: number) => count(n, 'file', 'files'), filesMax: (n: number) => `A message has at most ${n} files.`,
  emptyFile: (name: string) => `${name} is empty.`, noFolders: 'Folders cannot be sent, only the files in them.', takeOut: (name: string) => `Remove ${name}`, sentWhenStored: 'Sent as soon as the files are stored.',
  openPicture: (name: string) => `Open the picture ${name}`, noPicture: 'This picture cannot be shown.', download: 'Download', previous: 'Previous', next: 'Next',
  // Members
  inviteHint: 'Search by name', invited: (who: string) => `${who} was invited`, makeModerator: 'Make moderator', makeMember: 'Make plain member',
  mute: 'Mute', mute5: 'Mute for 5 minutes', mute60: 'Mute for an hour', muteDay: 'Mute for a day', unmute: 'Unmute', remove: 'Remove from the room', ban: 'Ban', transfer: 'Make owner',
  bans: 'Banned', lift: 'Lift the ban', actionsFor: (who: string) => `Actions for ${who}`,
  sureRemove: (who: string) => `Remove ${who} from the room?`, sureBan: (who: string) => `Ban ${who}? They cannot come back until you lift it.`,
  sureTransfer: (who: string) => `Make ${who} the owner? You become a plain member.`, memberCount: (n: number) => count(n, 'member', 'members'),
  onlineCount: (n: number) => `${n} here`, requests: 'Waiting to be let in',
  // Settings of a room
  roomSettings: 'Room settings', ownerOnly: 'Only the owner can change these.', leaveRoom: 'Leave the room', sureLeave: 'Leave this room?',
  dissolve: 'Dissolve the room', sureDissolve: (room: string) => `Type “${room}” to dissolve the room with all its messages.`,
  // Films
  noVideos: 'No video yet', noVideosHint: 'Drop a film here, choose a file, or add a link.', chooseFile: 'Choose a file', addLink: 'Add a link',
  dropHere: 'Drop it here', title: 'Title', link: 'Address', play: 'Play', pause: 'Pause', watch: 'Watch together', uploading: 'Uploading',
  paused: 'Paused', resume: 'Resume', notAVideo: 'This is not a video that browsers play.', sureDeleteVideo: (title: string) => `Delete “${title}”?`,
  seek: 'Position', volume: 'Volume', muteSound: 'Mute', unmuteSound: 'Sound on', fullscreen: 'Full screen', speed: 'Speed', inSync: (ms: number) => `In sync ±${ms} ms`, syncing: 'Catching up…',
  steers: 'The owner steers', waitingFor: (who: string) => `Waiting for ${who}`, pressToPlay: 'Play with sound', wasFaster: 'Somebody was faster.', stopWatching: 'Stop watching',
  videoError: 'This video cannot be played here.', timeLeft: (s: number) => `${Math.ceil(s / 60)} min left`,
  // Me
  profile: 'Profile', picture: 'Picture', choosePicture: 'Choose a picture', removePicture: 'Remove', changePassword: 'Change the password', currentPassword: 'Current password',
  newPassword: 'New password', appearance: 'Appearance', language: 'Language', theme: 'Theme', themeSystem: 'As the device', themeLight: 'Light', themeDark: 'Dark',
  notices: 'Desktop notifications', noticesHint: 'While the page is in the background.', noticesDenied: 'The browser does not allow them.', enterSends: 'Enter sends the message', enterSendsHint: 'Otherwise Ctrl and Enter.', connections: 'Live connections', session: 'Session',
  // The connection
  reconnecting: (s: number) => `Reconnecting in ${s} s`, connecting: 'Connecting…', tryNow: 'Try now', connected: 'Connected again',
  noConnection: 'No connection.', waitingMessages: (n: number) => `${count(n, 'message waits', 'messages wait')}.`, restarting: 'The server restarts, back in a moment.',
  replaced: 'This page was opened elsewhere.', connectAgain: 'Connect again', closedByAdmin: 'An administrator closed the connection.', pleaseReload: 'Something went wrong. Please reload the page.',
  // Mutes, blocks, sessions, the end of an account
  muteAlways: 'Mute until lifted', mutedPlain: 'Muted', block: 'Block', unblock: 'Unblock', blocked: (who: string) => `${who} is blocked`, blockedUsers: 'Blocked', blockHint: 'Their invitations and requests do not reach you.', nobodyBlocked: 'You block nobody.',
  sessions: 'Where you are signed in', thisSession: 'Here', unknownDevice: 'Unknown device', lastUsed: (t: string) => `Last used ${t}`, endSession: 'Sign out there', endOthers: 'Sign out everywhere else', sessionEndedThere: 'Signed out there',
  endAccount: 'End this account', endAccountHint: 'Your picture, blocks and notifications go at once. Rooms of yours pass to a moderator or member. This cannot be undone.', alsoMessages: 'Delete my messages, too', alsoMessagesHint: 'Otherwise they stay, without your name.',
  // Tasks and guests
  tasks: 'Tasks', tasksHint: 'Follow something that takes time, by its id.', taskId: 'Id of the task', follow: 'Follow', noTasks: 'You follow no task', noTasksHint: 'Programs publish how far they are under an id of their choice.', taskUnknown: 'Nothing was published under this id yet.', taskSilent: 'Silent for more than a minute', taskData: 'Data', forget: 'Forget', updated: (t: string) => `Updated ${t}`,
  guestTitle: 'Talk as a guest', guestHint: 'You see what is said from now on. Guests have no history, members and films.', guestName: 'Your name', enter: 'Enter', guestsRefused: 'This room takes no guests', guestMark: 'guest',
  // The server
  overview: 'Overview', connectionsNow: 'Connections', usersOnline: 'People online', roomsActive: 'Active rooms', messagesTotal: 'Messages', deliveries: 'Deliveries', commit: 'Commit p99', slowClosed: 'Too slow', uptime: 'Up for',
  whyDropped: 'Why was I dropped?', user: 'User', kind: 'Kind', address: 'Address', since: 'Since', queue: 'Queue', closeConnection: 'Close', reason: 'Reason', code: 'Code', time: 'Time', drain: 'Drain this node', sureDrain: 'All clients are sent away and the server stops.',
  charts: 'The last 15 minutes', asTable: 'As a table', chartConnections: 'Connections', chartDeliveries: 'Deliveries a second', chartCommit: 'Commit, milliseconds (p99)', chartOutbox: 'Waiting to be written, bytes', chartEnds: 'Connections that ended, a second', chartHttp: 'HTTP answers a second', minutesAgo: (n: number) => `${n} min ago`,
  whyHint: 'Name or number of a user; empty shows everybody.', nobodyDropped: 'No connection ended yet.', draining: 'This node takes no more connections.', node: 'Node', unanswered: 'Nodes that did not answer: ', sortQueue: 'Longest queue first',
  closes: { 1000: 'It was closed by the client.', 1001: 'The server went away or the page was left.', 1002: 'The client broke the protocol: fix it.', 1006: 'The network broke; the client comes back by itself.', 1009: 'A message was too big.', 1011: 'The server failed; the client comes back by itself.', 4400: 'Too many malformed messages: fix the client.', 4401: 'The token was missing, ended or revoked: sign in again.', 4403: 'Not a member, banned, removed, or closed by an administrator.', 4404: 'There is no such room.', 4408: 'Nothing was heard for two heartbeats: look at the network or a sleeping device.', 4409: 'Replaced by a newer connection of the same id.', 4413: 'It read too slowly: its queue passed the bound. Look at its network.', 4429: 'Too many messages: the client has to slow down.' } as Record<number, string>,
  // Errors
  wrong: 'Something went wrong.', notFound: 'There is nothing here', notFoundHint: 'The address is wrong, or what was here is gone.',
  errors: {
    offline: 'The server is out of reach.', timeout: 'The server did not answer in time.', closed: 'The connection ended.', outbox_full: 'Too many messages wait.', outbox_expired: 'It waited too long. Send it again?',
    protocol: 'Something went wrong. Please reload the page.', signed_out: 'You were signed out.', unsupported: 'This browser cannot do that.',
  } as Record<string, string>,
};

export type Texts = typeof texts;
