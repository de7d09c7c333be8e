/** Everything has a limit. Each stands here once, with its reason. */

/** Code points of a message; longer texts belong in a document (security A7). */
export const TEXT_CODE_POINTS = 4_000;
/** Code points of a name (A7). */
export const NAME_CODE_POINTS = 64;
/** Rooms one reader may follow at once (A7). */
export const ROOMS_PER_READER = 100;

/** Remote stamps further ahead than this are a broken clock: kept in order, never merged into ours (R11). */
export const CLOCK_AHEAD_MS = 24 * 60 * 60 * 1000;

/** Messages of the newest page a reader begins with, per room. */
export const PAGE_MESSAGES = 50;
/** More than this in one catch-up is a reset: the history is the better way to read it. */
export const CATCH_UP_MESSAGES = 1_000;
/** Arrivals kept per room for readers that come back by offset; a minute at 16 messages a second. */
export const ARRIVALS_PER_ROOM = 1_000;
/** Deleted ids remembered per room, to tell readers that come from elsewhere. */
export const TOMBSTONES_PER_ROOM = 500;

/** What all rooms together keep in memory and in the journal: measured 3 to 4 kB each in the process. */
export const KEPT_MESSAGES = 100_000;
/** The same by size of text, in UTF-16 code units: 64 MB when every one takes two bytes. */
export const KEPT_TEXT_UNITS = 32 * 1024 * 1024;
/** What a room keeps at least, while others are trimmed. */
export const KEPT_PER_ROOM = 50;
/** Rooms this region holds anything of; the one that was quiet longest is forgotten first. */
export const KEPT_ROOMS = 10_000;

/** Own documents that may wait for the store; beyond it a post is refused with 503 rather than lost. */
export const WAITING_DOCUMENTS = 50_000;
/** One `_bulk_docs`: a real CouchDB stores 15,500 documents/s in batches of 100, and a refused one is soon bisected. */
export const BATCH_DOCUMENTS = 100;
export const BATCH_UNITS = 512 * 1024;

/** Origins listed in a cursor, those that wrote last. What the others wrote may be shown again elsewhere, never lost. */
export const CURSOR_ORIGINS = 100;
/** Slots remembered beyond a hole, per origin; when there are more the hole is given up. */
export const SLOTS_BEYOND = 10_000;
/** Origins known at all; a chat of ten regions that each lose their disk monthly takes eight years to fill it. */
export const KNOWN_ORIGINS = 1_000;
/** Messages that a reader from elsewhere is told again, the newest of each room. */
export const RETOLD = 100;
/** Names of people a beacon tells of: enough to show who is here, and a beacon stays small. */
export const BEACON_NAMES = 200;

/** Full jitter from 0.25 s to 15 s. */
export const BACKOFF_FIRST_MS = 250;
export const BACKOFF_LAST_MS = 15_000;
/** CouchDB locks an account out after five failures in 300 s: one attempt per 90 s stays below. */
export const DENIED_MS = 90_000;
/** Rows per poll. */
export const POLL_ROWS = 1_000;

/** A beacon is rewritten at most and at least this often. */
export const BEACON_SOONEST_MS = 5_000;
export const BEACON_LATEST_MS = 60_000;
/** A region whose beacon is older than this is silent: two beacons were missed. */
export const BEACON_SILENT_MS = 150_000;

/** A hole in an origin's slots is looked into after this long: rows of a cluster are seconds out of order. */
export const HOLE_PATIENCE_MS = 5_000;
/** Complete scans that found nothing before a slot is given up, and the pause between them. */
export const HOLE_SCANS = 5;
export const HOLE_RESCAN_MS = 15_000;
/** A document alone in its request that answers 500 so often while others are stored is at fault itself. */
export const LONE_FAILURES = 5;

/** An own beacon that was written comes back on the feed within this time, or the feed is deaf (S4). */
export const CANARY_MS = 10_000;
/** What is held is compared with the store this often. */
export const AUDIT_EVERY_MS = 10 * 60 * 1000;
/** Ids in one question of an audit: 100,000 held messages take it 200 s at one question a second, and a busy CouchDB about 0.2 s each. */
export const AUDIT_IDS = 500;
/** While more documents wait for the store than this, an audit looks for no more. */
export const AUDIT_WAITING = 2_000;
/** An audit whose question failed asks again after this long. */
export const AUDIT_RETRY_MS = 5_000;
/** A hole of an origin that lives is given up after so many scans, 15 minutes: longer than its own audit takes. */
export const HOLE_SCANS_OF_LIVING = 60;

/** A message placed above others that are newer by this much came late, and says so. */
export const LATE_MS = 5_000;
/** The windows of time that regions compare, and how long after its end a window counts as closed. */
export const DIGEST_WINDOW_MS = 10 * 60 * 1000;
export const DIGEST_CLOSED_MS = 60_000;
/** Closed windows a beacon tells of: two, so that one missed beacon leaves none uncompared. */
export const DIGEST_WINDOWS = 2;
/** Digests are made anew this often: what is deleted in a closed window changes them. */
export const DIGEST_EVERY_MS = 10_000;
/** Beacons in a row that must differ before something is done, and before an operator is told. */
export const DIGEST_DOUBTS = 2;
export const DIGEST_ALARMS = 6;
/** Deletions that wait for a disk that is broken; over this they are told without it. */
export const UNSYNCED_DELETIONS = 10_000;
/** Undone deletions that are deleted again in one request, and as many that are looked at once more. */
export const ERASING_IDS = 100;
/** Former lives whose beacons a region knows as its own: a store put back to before them makes it take a new origin. */
export const NONCES = 20;
/** After this long what may have passed by is read again, and from how long before. */
export const REREAD_MS = 60_000;
export const REREAD_REACH_MS = 10 * 60 * 1000;
