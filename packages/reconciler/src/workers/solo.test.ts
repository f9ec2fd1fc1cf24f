import { expect, it } from "vitest";
import { Solo } from "./solo.ts";

it("runs a work by itself after those that run, lets others begin before the next one, and says when it is taken", async () => {
  const said: (boolean | string)[] = [];
  const pause = Promise.withResolvers<undefined>();
  const solo = new Solo(
    () => said.push(solo.isTaken),
    () => pause.promise,
  );
  const [first, alone] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const begun = (name: string, end?: Promise<undefined>) => async (): Promise<void> => {
    said.push(`${name} begins`);
    await end;
    said.push(`${name} ends`);
  };
  const works = [
    solo.beside(begun("first", first.promise)),
    solo.alone(begun("alone", alone.promise)),
    solo.alone(begun("next alone")),
    solo.beside(begun("late")),
  ];
  await new Promise(setImmediate);
  expect(said).toEqual(["first begins", true]);
  first.resolve(undefined);
  await new Promise(setImmediate);
  expect(said.slice(2)).toEqual(["first ends", "alone begins"]);
  alone.resolve(undefined);
  await works[3];
  expect(said).not.toContain("next alone begins");
  pause.resolve(undefined);
  await Promise.all(works);
  const after = said.slice(4).filter((one) => typeof one === "string");
  expect(after[0]).toBe("alone ends");
  expect(after.indexOf("next alone ends")).toBe(after.indexOf("next alone begins") + 1);
  expect(solo.isTaken).toBe(false);
});

it("goes on after a work by itself that failed", async () => {
  const solo = new Solo(
    () => undefined,
    () => Promise.resolve(),
  );
  await expect(solo.alone(() => Promise.reject(new Error("it failed")))).rejects.toThrow("it failed");
  expect(await solo.beside(() => Promise.resolve(1))).toBe(1);
});
