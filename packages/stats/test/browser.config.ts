import { playwright } from "@vitest/browser-playwright";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const chromium = process.env["SLIPWAY_CHROMIUM"] ?? "/usr/bin/chromium";
const found = existsSync(chromium);
if (!found)
  process.stdout.write(
    `skipped: there is no Chromium at ${chromium} (SLIPWAY_CHROMIUM names another), so nothing is known of the statistics in a browser\n`,
  );

/** Every test of the package that Node runs too, in a real browser: `vitest run --config packages/stats/test/browser.config.ts`. */
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  optimizeDeps: { include: ["@slipway/domain > zod", "@stdlib/stats-base-dists-beta-quantile", "fast-check"] },
  test: {
    include: found ? ["src/**/*.test.ts"] : [],
    passWithNoTests: true,
    testTimeout: 60_000,
    fileParallelism: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: chromium,
          args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
          ],
        },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
