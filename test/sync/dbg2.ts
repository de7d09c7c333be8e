import { World } from "./world.ts";
import { Machine } from "./machine.ts";
import { Reader } from "./people.ts";
const seed = Number(process.argv[2]);
const key = process.argv[3]!;
let step = 0;
const short = (x: unknown) => {
  const s = JSON.stringify(x);
  const i = s.indexOf(key);
  return i < 0 ? undefined : s.slice(0, 80) + " … " + s.slice(Math.max(0, i - 60), i + 60);
};
const P: any = Machine.prototype;
const tell = P.tell;
P.tell = function (e: any) {
  step++;
  const h = this.region.handle.bind(this.region);
  const old = this.region.handle;
  this.region.handle = (ev: any) => {
    const fx = h(ev);
    if (short(ev)) console.log(step, this.origin[0], "EV", ev.type, short(ev));
    for (const f of fx)
      if (short(f))
        console.log(
          step,
          this.origin[0],
          "  FX",
          f.type,
          f.event?.type ?? f.arrival?.event?.type ?? "",
          f.type === "journal"
            ? f.records
                .filter((r: any) => JSON.stringify(r).includes(key))
                .map((r: any) => r.type)
                .join()
            : short(f),
        );
    return fx;
  };
  tell.call(this, e);
  this.region.handle = old;
};
const cr = P.crash;
P.crash = function () {
  console.log(step, this.origin[0], "CRASH");
  cr.call(this);
};
const R: any = Reader.prototype;
if (process.argv[4]) {
  const rd = R.read;
  let W: any;
  R.read = function () {
    const i = (globalThis as any).W?.readers.indexOf(this);
    const has = () => [...this.shown.keys()].some((k: any) => k.includes(key));
    const b = has();
    console.log(step, "READ by", i, "has", b);
    rd.call(this);
    if (b !== has()) console.log("   now has", has());
  };
  const res = P.resume;
  P.resume = function (rooms: any, c: any) {
    const r = res.call(this, rooms, c);
    console.log(
      step,
      this.origin[0],
      "RESUME",
      rooms.join(),
      c,
      "->",
      r.reset?.reason,
      r.arrivals
        .map((a: any) => a.event.type[0] + ":" + (a.event.message?.order ?? a.event.id ?? ""))
        .join(" "),
      r.cursor,
      "ahead",
      [...r.ahead.seen].join(";"),
    );
    return r;
  };
  const tk = R.arrived;
  R.arrived = function (m: any, room: any, a: any) {
    const before = this.shown.size;
    tk.call(this, m, room, a);
    if (short(a.event))
      console.log(
        step,
        "reader",
        (globalThis as any).W?.readers.indexOf(this),
        "arrived from",
        m.origin[0],
        a.offset,
        a.event.type,
        before,
        "->",
        this.shown.size,
      );
  };
}
const mv = R.move;
R.move = function (m: any) {
  console.log(step, "MOVE reader", (globalThis as any).W?.readers.indexOf(this), "to", m.origin[0]);
  mv.call(this, m);
};
const w = new World(seed);
(globalThis as any).W = w;
w.storm(600);
w.calm(120);
