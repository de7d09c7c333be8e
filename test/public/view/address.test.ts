import test from "ava";
import { addressOf, placeOf, roomCalled } from "../../../public/view/address.ts";
import { lobby, orderOf } from "../messages.ts";

test("an address names a room, or a message in it, and leads to the lobby when it names neither", (t) => {
  t.deepEqual(placeOf("#/kitchen"), { room: "kitchen" });
  t.deepEqual(placeOf("#Kitchen"), { room: "kitchen" });
  t.deepEqual(placeOf(addressOf(lobby, orderOf(7))), { room: "lobby", order: orderOf(7) });
  for (const hash of ["", "#", "#/", "#/not a room", "#/region", `#/no room/${orderOf(1)}`, "#/lobby/1"]) {
    t.deepEqual(placeOf(hash), { room: "lobby" }, hash);
  }
});

test("a room is called as people write it, within the rule", (t) => {
  t.is<unknown, unknown>(roomCalled("  #Tea   Room "), "tea-room");
  for (const name of ["", "#", "region", "tea/room", "é", "a".repeat(65)])
    t.is(roomCalled(name), undefined, name);
});
