import type { Words } from "./english.ts";
import { listed, plural, type Forms } from "./plural.ts";

const count = (forms: Forms) => plural("ar", forms);
const list = listed("ar");
const number = new Intl.NumberFormat("ar");
/** A name of another script in the middle of a sentence keeps its own direction (Unicode UAX #9, FSI and PDI). */
const own = (name: string) => `\u2068${name}\u2069`;
const owned = (names: readonly string[]) => list(names.map(own));

const waitingMessages = {
  zero: "لا رسائل تنتظر",
  one: "رسالة واحدة تنتظر",
  two: "رسالتان تنتظران",
  few: "# رسائل تنتظر",
  many: "# رسالة تنتظر",
  other: "# رسالة تنتظر",
};
const waiting = count(waitingMessages);
const late = "قد تتأخر رسائل المناطق الأخرى";

export const arabic: Words = {
  language: "ar",
  direction: "rtl",
  itself: "العربية",

  connecting: "جارٍ الاتصال …",
  live: "متصل",
  liveOpening: "متصل؛ المنطقة تفتح المخزن الآن",
  offline: (region) => `${own(region)} لا تجيب.`,
  offlineWaiting: (messages, region = "") => `${own(region)} لا تجيب، ${waiting(messages)}.`,
  theRegion: "المنطقة",
  nextTry: count({
    zero: "المحاولة التالية الآن",
    one: "المحاولة التالية بعد ثانية",
    two: "المحاولة التالية بعد ثانيتين",
    few: "المحاولة التالية بعد # ثوانٍ",
    other: "المحاولة التالية بعد # ثانية",
  }),
  tryingNow: "نحاول الآن",
  storeAway: (messages) => `المخزن غائب: ${late}، ورسائلك محفوظة هنا، ${waiting(messages)}.`,
  storeRefuses: (messages) =>
    `المخزن لا يسمح لهذه المنطقة بالدخول: ${late}، ورسائلك محفوظة هنا، ${waiting(messages)}.`,
  storeMissing: (messages) =>
    `لا قاعدة بيانات لهذه المحادثة في المخزن: ${late}، ورسائلك محفوظة هنا، ${waiting(messages)}.`,
  behind: (messages, region = "") =>
    count({
      one: `متأخر: رسالة من ${own(region)} لم تصل بعد`,
      two: `متأخر: رسالتان من ${own(region)} لم تصلا بعد`,
      few: `متأخر: # رسائل من ${own(region)} لم تصل بعد`,
      other: `متأخر: # رسالة من ${own(region)} لم تصل بعد`,
    })(messages),
  moved: (from, to) => `${own(from)} لا تجيب، انتقلنا إلى ${own(to)}، ولم يُفقد شيء.`,
  movedByHand: (to) => `أنت الآن مع ${own(to)}.`,
  goBack: (region) => `العودة إلى ${own(region)}`,
  stillSilent: (region) => `${own(region)} لا تجيب بعد.`,
  dismiss: "إخفاء",

  rooms: "الغرف",
  openRooms: "إظهار الغرف",
  closeRooms: "إخفاء الغرف",
  newRoom: "افتح غرفة أو أنشئها",
  roomRule: "اسم الغرفة حروف لاتينية صغيرة وأرقام وشرطات، 64 على الأكثر.",
  open: "افتح",
  leaveRoom: (room) => `مغادرة ${own(`#${room}`)}`,
  unread: count({
    one: "رسالة غير مقروءة",
    two: "رسالتان غير مقروءتين",
    few: "# رسائل غير مقروءة",
    other: "# رسالة غير مقروءة",
  }),

  messages: "الرسائل",
  earlier: "رسائل أقدم",
  begins: (room) => `هنا تبدأ ${own(`#${room}`)}.`,
  olderAway: "الرسائل الأقدم في المخزن، والمخزن غائب.",
  olderFailed: "لم تجب المنطقة. حاول مرة أخرى.",
  newSince: "جديد منذ آخر نظرة",
  newBelow: count({
    one: "رسالة جديدة أدناه",
    two: "رسالتان جديدتان أدناه",
    few: "# رسائل جديدة أدناه",
    other: "# رسالة جديدة أدناه",
  }),
  lateAbove: count({
    one: "رسالة وصلت متأخرة",
    two: "رسالتان وصلتا متأخرتين",
    few: "# رسائل وصلت متأخرة",
    other: "# رسالة وصلت متأخرة",
  }),
  toNewest: "إلى الأحدث",
  today: "اليوم",
  yesterday: "أمس",
  postedIn: (region) => `كُتبت في المنطقة ${own(region)}`,
  edited: "معدّلة",
  editedAt: (time) => `عدّلها كاتبها عند ${own(time)}`,
  late: (seconds, region) => `وصلت متأخرة ${seconds} من ${own(region)}`,
  showAll: "أظهر النص كله",
  showLess: "أظهر أقل",

  waiting: "تنتظر",
  waitingMeaning: "في هذا المتصفح فقط، لم تأخذها منطقة بعد",
  accepted: "مقبولة",
  acceptedMeaning: "على قرص هذه المنطقة، وستصل إلى المخزن",
  stored: "مخزّنة",
  storedMeaning: "في المخزن، في طريقها إلى كل المناطق",
  rejected: "لم تُرسل",
  rejectedMeaning: "لن تُقبل كما هي",
  editAgain: "عدّلها من جديد",
  notSent: (reason) => `لم تُرسل: ${own(reason)}`,

  reply: "رد",
  journey: "رحلتها",
  copyLink: "انسخ الرابط",
  copied: "نُسخ الرابط.",

  chooseName: "اختر اسمًا لتشارك",
  join: "انضم",
  message: "رسالة",
  messageTo: (room) => `رسالة إلى ${own(`#${room}`)}`,
  send: "أرسل",
  writingAs: (name) => `تكتب باسم ${own(name)}`,
  changeName: "غيّر الاسم",
  keyHint: "Enter يرسل، وShift+Enter يبدأ سطرًا",
  outboxFull: "رسائل كثيرة تنتظر الإرسال. هذه تبقى هنا.",

  outboxWaiting: waiting,
  retryNow: "حاول الآن",
  discard: "تخلّص منها",
  discardSure: count({
    one: "التخلص من رسالة نهائيًا؟",
    two: "التخلص من رسالتين نهائيًا؟",
    few: "التخلص من # رسائل نهائيًا؟",
    other: "التخلص من # رسالة نهائيًا؟",
  }),
  discardYes: "نعم، تخلّص",
  discardNo: "أبقِها",

  hereNow: "هنا الآن",
  thisIsYou: "أنت",
  andMore: count({
    one: "وشخص آخر",
    two: "وشخصان آخران",
    few: "و# أشخاص آخرون",
    other: "و# شخصًا آخر",
  }),
  nobodyHere: "لا أحد نعلم به",
  whoIsUnknown: (regions) => `غير معروف (${owned(regions)} لا يمكن بلوغها)`,
  readsIn: (name, regions) => `${own(name)} يقرأ في ${owned(regions)}`,

  region: "المنطقة",
  regions: "المناطق",
  regionsWhat:
    "كل منطقة تعرض الرسائل نفسها بالترتيب نفسه. انتقل إلى أيٍّ منها: موضعك واسمك وما لم يُرسل تأتي معك.",
  regionHere: "أنت هنا",
  regionLive: "حيّة",
  regionSilent: "صامتة",
  regionRetired: "متوقفة",
  connections: count({ one: "اتصال واحد", two: "اتصالان", few: "# اتصالات", other: "# اتصالًا" }),
  goThere: (region) => `انتقل إلى ${own(region)}`,
  same: (regions, time) => `مطابق لـ ${owned(regions)} عند ${own(time)}`,
  differs: (regions, time) => `مختلف عن ${owned(regions)} عند ${own(time)}`,
  auditRunning: "تجري مقارنة المخزن بما هو محفوظ هنا.",
  auditDone: (time) => `قورن المخزن عند ${own(time)}`,

  journeyOf: "رحلة رسالة",
  typed: "كُتبت",
  acceptedIn: (region) => `قُبلت في ${own(region)}`,
  journeyStored: "في المخزن",
  seenBy: (regions) => `رأتها ${owned(regions)}`,
  notSeenBy: (regions) => `لم ترها بعد ${owned(regions)}`,
  cameByFeed: (region) => `وصلت من ${own(region)} عبر البث`,
  cameByPoll: (region) => `وصلت من ${own(region)} بالسؤال`,
  shown: "ظهرت هنا",
  repeats: count({
    zero: "بلا تكرار",
    one: "تكرار واحد مُهمَل",
    two: "تكراران مُهمَلان",
    few: "# تكرارات مُهمَلة",
    other: "# تكرارًا مُهمَلًا",
  }),
  slot: (n, origin) => `المستند ${own(n)} من الأصل ${own(origin)}`,

  search: "بحث",
  searchWhat: "ابحث في ما هو محمّل",
  matches: (at, of) => `${number.format(at)} من ${number.format(of)}`,
  noMatch: "لا شيء في ما هو محمّل",
  next: "التالي",
  previous: "السابق",
  jump: "اقفز إلى تاريخ",
  go: "اذهب",

  settings: "الإعدادات",
  languageOf: "اللغة",
  notifications: "أخبرني بالرسائل الجديدة حين أنظر إلى غير هذه الصفحة",
  notificationsDenied: "متصفحك لا يسمح بذلك.",
  sound: "مع صوت",
  close: "أغلق",
  more: "المزيد",

  keys: "المفاتيح",
  keyList: [
    ["?", "هذه القائمة"],
    ["c, Esc", "الكتابة"],
    ["k, j", "الرسالة السابقة، التالية"],
    ["r", "الرد عليها"],
    ["i", "رحلتها"],
    ["l", "نسخ رابطها"],
    ["End", "إلى الأحدث"],
    ["/", "البحث في ما هو محمّل"],
    ["d", "القفز إلى تاريخ"],
    ["Alt+↑, Alt+↓", "الغرفة أعلاه، أدناه"],
    ["n", "فتح غرفة أو إنشاؤها"],
    ["g", "المناطق"],
    ["s", "الإعدادات"],
  ],

  said: (name, text) => `${name}: ${text}`,
  newMessages: count({
    one: "رسالة جديدة",
    two: "رسالتان جديدتان",
    few: "# رسائل جديدة",
    other: "# رسالة جديدة",
  }),
};
