import { World } from "./world.ts";
import { Machine } from "./machine.ts";
import { Reader } from "./people.ts";
const seed = Number(process.argv[2]); const key = process.argv[3]!;
let step=0;
const short=(x:unknown)=>{const s=JSON.stringify(x); const i=s.indexOf(key); return i<0?undefined:s.slice(0,80)+" … "+s.slice(Math.max(0,i-60),i+60)};
const P:any = Machine.prototype; const tell=P.tell;
P.tell=function(e:any){ step++; const h=this.region.handle.bind(this.region); const old=this.region.handle; this.region.handle=(ev:any)=>{const fx=h(ev); if(short(ev)) console.log(step,this.origin[0],"EV",ev.type,short(ev)); for(const f of fx) if(short(f)) console.log(step,this.origin[0],"  FX",f.type, f.event?.type ?? f.arrival?.event?.type ?? "", f.type==="journal"?f.records.filter((r:any)=>JSON.stringify(r).includes(key)).map((r:any)=>r.type).join():short(f)); return fx}; tell.call(this,e); this.region.handle=old;};
const cr=P.crash; P.crash=function(){console.log(step,this.origin[0],"CRASH"); cr.call(this)};
const R:any=Reader.prototype;
if (process.argv[4]) {const rd=R.read; R.read=function(){ const i=this.world?.readers?.indexOf(this); rd.call(this)}; 
const res=P.resume; P.resume=function(rooms:any,c:any){const r=res.call(this,rooms,c); console.log(step,this.origin[0],"RESUME",rooms.join(),c,"->",r.reset?.reason,r.arrivals.map((a:any)=>a.event.type[0]+":"+(a.event.message?.order??a.event.id??"")).join(" "),r.cursor,"ahead",[...r.ahead.seen].join(";"));return r};
const tk=R.arrived; R.arrived=function(m:any,room:any,a:any){ const before=this.shown.size; tk.call(this,m,room,a); if(short(a)) console.log(step,"reader arrived from",m.origin[0],a.offset,a.event.type, before,"->",this.shown.size)};}
const mv=R.move; R.move=function(m:any){console.log(step,"MOVE reader to",m.origin[0]); mv.call(this,m)};
const w = new World(seed); w.storm(600); w.calm(120);
