import { expect, it } from "vitest";
import { layerPicture } from "./layer-picture.ts";

it("the picture of the layers leaves out an arrow that others say already", () => {
  expect(
    layerPicture({ domain: [], sdk: ["domain"], store: ["domain", "sdk"], runner: ["domain", "sdk", "store"] }),
  ).toBe("flowchart TD\n  sdk --> domain\n  store --> sdk\n  runner --> store\n");
});
