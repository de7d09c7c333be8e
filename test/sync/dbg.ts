import { historyOf, World } from "./world.ts";
const seed = Number(process.argv[2]);
const w = new World(seed);
w.storm(600);
w.calm(120);
for (const room of w.rooms) {
  const exp = w.expected(room).map((m) => m.order);
  for (const m of w.machines) {
    const h = historyOf(m, room);
    if (h.join() !== exp.join())
      console.log(
        "I4",
        m.origin[0],
        room,
        "missing",
        exp.filter((o) => !h.includes(o)),
        "extra",
        h.filter((o) => !exp.includes(o)),
      );
  }
  w.readers.forEach((r, i) => {
    if (!r.rooms.includes(room)) return;
    const h = [...r.shown.values()].filter((m) => m.room === room).map((m) => m.order);
    const miss = exp.filter((o) => !h.includes(o)),
      extra = h.filter((o) => !exp.includes(o));
    if (miss.length || extra.length)
      console.log(
        "I2 reader",
        i,
        room,
        "missing",
        miss,
        "extra",
        extra,
        [...r.shown.values()].filter((m) => extra.includes(m.order)).map((m) => m.text),
      );
  });
}
console.log([...new Set(w.alarms)]);
