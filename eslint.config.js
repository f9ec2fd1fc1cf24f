import { readFileSync } from "node:fs";
import { join } from "node:path";
import js from "@eslint/js";
import { defineConfig, includeIgnoreFile } from "eslint/config";
import tseslint from "typescript-eslint";

const oxlintrc = JSON.parse(readFileSync(join(import.meta.dirname, ".oxlintrc.json"), "utf8"));

/** A check judges, and a step acts, by what it is given: what their source must not reach. */
const purity = {
  "no-restricted-imports": [
    "error",
    {
      patterns: [
        {
          group: ["node:*"],
          message: "A plugin reads what it is given; files, processes and the network belong to the runner.",
        },
      ],
    },
  ],
  "no-restricted-globals": [
    "error",
    ...[
      "Date",
      "performance",
      "crypto",
      "process",
      "Buffer",
      "fetch",
      "setTimeout",
      "setInterval",
      "setImmediate",
      "queueMicrotask",
      "console",
    ].map((name) => ({
      name,
      message: "A plugin has no clock, randomness, environment or I/O of its own.",
    })),
  ],
  "no-restricted-properties": [
    "error",
    { object: "Math", property: "random", message: "A plugin has no randomness of its own." },
  ],
  "no-restricted-syntax": [
    "error",
    { selector: "ImportExpression", message: "A plugin is loaded whole by the catalog." },
  ],
};

export default defineConfig(
  // oxlint skips what git ignores, and its own list: the two linters look at the same files.
  includeIgnoreFile(join(import.meta.dirname, ".gitignore")),
  { ignores: oxlintrc.ignorePatterns },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Fakes in tests are async because the port they stand in for is.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/ban-ts-comment": "error",
      eqeqeq: "error",
      "no-console": "error",
      // Text of tools is searched for control characters on purpose.
      "no-control-regex": "off",
      // The type checker knows what is defined.
      "no-undef": "off",
    },
  },
  {
    // A row of `it.each` is as long as its table is wide.
    files: ["**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: { "max-params": ["error", 4] },
  },
  {
    files: ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts", "plugins/*/*/src/**/*.ts", "bench/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: { "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly", Buffer: "readonly" } },
  },
  { files: ["plugins/{checks,steps}/*/src/**/*.ts"], ignores: ["**/*.test.ts"], rules: purity },
);
