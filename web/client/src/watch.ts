export { WatchParty, type PartyState, type VideoLike } from './watch/party.ts';
export { correct, usualLaw, webkitLaw, type Correction, type Law } from './watch/law.ts';
export { Offset } from './watch/offset.ts';
