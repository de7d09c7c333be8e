import { listed, plural } from "./plural.ts";

const count = (one: string, other: string) => plural("en", { one, other });
const list = listed("en");
/** Each with what it does; where one is not writing. */
type KeyList = (readonly [keys: string, what: string])[];
const toBeSent = count("1 message waits to be sent.", "# messages wait to be sent.");

/** Everything the page says. Whole sentences, so that every language can put them in its own order. */
export const english = {
  language: "en",
  direction: "ltr",
  itself: "English",

  connecting: "Connecting …",
  live: "Live",
  liveOpening: "Live; the region is opening the store",
  offline: (region: string, waiting: number) =>
    `${region} does not answer.${waiting === 0 ? "" : ` ${toBeSent(waiting)}`} Reconnecting`,
  theRegion: "The region",
  inSeconds: count(" in # s", " in # s"),
  now: " now",
  storeAway: (waiting: number) =>
    `The store is away: messages from other regions may be late; yours are safe here, ${waiting} waiting.`,
  storeRefuses: (waiting: number) =>
    `The store does not let this region in: messages from other regions may be late; yours are safe here, ${waiting} waiting.`,
  storeMissing: (waiting: number) =>
    `The store has no database for this chat: messages from other regions may be late; yours are safe here, ${waiting} waiting.`,
  behind: (messages: number, region: string) =>
    count(
      `Behind: 1 message from ${region} is not here yet`,
      `Behind: # messages from ${region} are not here yet`,
    )(messages),
  moved: (from: string, to: string) => `${from} is not answering, moved to ${to}, nothing lost.`,
  movedByHand: (to: string) => `You are with ${to} now.`,
  goBack: (region: string) => `Go back to ${region}`,
  stillSilent: (region: string) => `${region} still does not answer.`,
  dismiss: "Dismiss",

  rooms: "Rooms",
  openRooms: "Show rooms",
  closeRooms: "Hide rooms",
  newRoom: "Open or make a room",
  roomRule: "A room’s name has small letters, digits and hyphens, 64 at most.",
  open: "Open",
  leaveRoom: (room: string) => `Leave #${room}`,
  unread: count("1 unread message", "# unread messages"),

  messages: "Messages",
  earlier: "Earlier messages",
  begins: (room: string) => `This is where #${room} begins.`,
  olderAway: "Earlier messages are in the store, which is away.",
  olderFailed: "The region did not answer. Try again.",
  newSince: "New since you looked",
  newBelow: count("1 new below", "# new below"),
  toNewest: "To the newest",
  today: "Today",
  yesterday: "Yesterday",
  postedIn: (region: string) => `posted in the region ${region}`,
  late: (seconds: string, region: string) => `arrived ${seconds} late from ${region}`,
  showAll: "Show all of it",
  showLess: "Show less",

  waiting: "waiting",
  waitingMeaning: "In this browser only, not yet taken by a region",
  accepted: "accepted",
  acceptedMeaning: "On this region’s disk; it will reach the store",
  stored: "stored",
  storedMeaning: "In the store, on its way to every region",
  rejected: "not sent",
  rejectedMeaning: "It will not be taken as it is",
  editAgain: "Edit again",
  notSent: (reason: string) => `Not sent: ${reason}`,

  reply: "Reply",
  journey: "Journey",
  copyLink: "Copy link",
  copied: "The link is copied.",

  chooseName: "Choose a nickname to join in",
  join: "Join",
  message: "Message",
  messageTo: (room: string) => `Message #${room}`,
  send: "Send",
  writingAs: "as",
  changeName: "Change name",
  keyHint: "Enter sends, Shift+Enter starts a line",
  outboxFull: "Too many messages wait to be sent. This one stays here.",

  outboxWaiting: count("1 message waiting", "# messages waiting"),
  retryNow: "Retry now",
  discard: "Discard",
  discardSure: count("Discard 1 message for good?", "Discard # messages for good?"),
  discardYes: "Yes, discard",
  discardNo: "Keep",

  region: "region",
  regions: "Regions",
  regionsWhat:
    "Every region shows the same messages in the same order. Go to any of them: cursor, name and unsent messages come along.",
  regionHere: "you are here",
  regionLive: "live",
  regionSilent: "silent",
  regionRetired: "stopped",
  connections: count("1 connection", "# connections"),
  goThere: (region: string) => `Go to ${region}`,
  same: (regions: readonly string[], time: string) => `Same as ${list(regions)} at ${time}`,
  differs: (regions: readonly string[], time: string) => `Differs from ${list(regions)} at ${time}`,
  auditRunning: "The store is being compared with what is held here.",
  auditDone: (time: string) => `Store compared at ${time}`,

  journeyOf: "Journey of a message",
  typed: "Typed",
  acceptedIn: (region: string) => `Accepted in ${region}`,
  journeyStored: "In the store",
  seenBy: (regions: readonly string[]) => `Seen by ${list(regions)}`,
  notSeenBy: (regions: readonly string[]) => `Not yet seen by ${list(regions)}`,
  received: (region: string) => `Arrived from ${region}`,
  byFeed: "by the feed",
  byPoll: "by the poll",
  shown: "Shown here",
  repeats: count("1 repeat suppressed", "# repeats suppressed"),
  slot: (n: string, origin: string) => `Document ${n} of origin ${origin}`,

  search: "Search",
  searchWhat: "Search what is loaded",
  matches: (at: number, of: number) => `${at} of ${of}`,
  noMatch: "Nothing found in what is loaded",
  next: "Next",
  previous: "Previous",
  jump: "Jump to a date",
  go: "Go",

  settings: "Settings",
  languageOf: "Language",
  notifications: "Tell me of new messages while I look elsewhere",
  notificationsDenied: "Your browser does not allow it.",
  sound: "With a sound",
  close: "Close",
  more: "More",

  keys: "Keys",
  keyList: [
    ["?", "this list"],
    ["c, Esc", "write"],
    ["k, j", "the message before, the next one"],
    ["r", "reply to it"],
    ["i", "its journey"],
    ["l", "copy its link"],
    ["End", "to the newest"],
    ["/", "search what is loaded"],
    ["d", "jump to a date"],
    ["Alt+↑, Alt+↓", "the room above, below"],
    ["n", "open or make a room"],
    ["g", "regions"],
    ["s", "settings"],
  ] satisfies KeyList,

  said: (name: string, text: string) => `${name}: ${text}`,
  newMessages: count("1 new message", "# new messages"),
};

export type Words = typeof english;
