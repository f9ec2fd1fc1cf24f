import { checkContract } from "@slipway/testkit";
import check from "./index.ts";

checkContract(check, import.meta.url, {
  spare: {
    "ib-sysfs": [/\/(hw_)?counters\//, /\/pkeys\/\d+:0x7fff$/, /^grep: /],
    "mlxlink-mlx5_1": [
      /^\/status(\/message)?$/,
      /^\/result\/output\/Tool Information/,
      /^\/result\/output\/Operational Info\/(Physical state|FEC|Loopback Mode|Auto Negotiation)$/,
    ],
  },
  shuffle: {
    "ib-sysfs": (text, shuffle) => `${shuffle(text.trimEnd().split("\n")).join("\n")}\n`,
  },
});
