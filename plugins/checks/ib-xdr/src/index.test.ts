import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

const COUNTERS = /\/(hw_)?counters\//;
const SYSFS = [COUNTERS, /\/pkeys\/\d+:0x7fff$/];
const MLXLINK = [
  /^\/status(\/message)?$/,
  /^\/result\/output\/Tool Information/,
  /^\/result\/output\/Operational Info\/(Physical state|FEC|Loopback Mode|Auto Negotiation)$/,
];

checkContract(check, import.meta.url, {
  spare: {
    "pass-ethernet-by-mlxlink": { "ib-sysfs": [COUNTERS], "mlxlink-mlx5_1": MLXLINK },
    "pass-four-rails": { "ib-sysfs": SYSFS },
    "pass-ibpanic-elsewhere": { "ib-sysfs": SYSFS },
    "pass-reader-error": { "ib-sysfs": [...SYSFS, /^grep: /] },
    "pass-speed-by-mlxlink": { "ib-sysfs": SYSFS, "mlxlink-mlx5_1": MLXLINK },
  },
  // The kernel's rate of an Ethernet rail is not judged: mlxlink has the word.
  repeats: { "pass-ethernet-by-mlxlink": { "ib-sysfs": [/mlx5_1\/ports\/1\/rate:/] } },
  shuffle: { "ib-sysfs": shuffles.lines() },
});
