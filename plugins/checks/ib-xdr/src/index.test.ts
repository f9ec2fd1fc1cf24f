import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

const SYSFS = [/\/(hw_)?counters\//, /\/pkeys\/\d+:0x7fff$/];

checkContract(check, import.meta.url, {
  spare: {
    "pass-four-rails": { "ib-sysfs": SYSFS },
    "pass-speed-by-mlxlink": {
      "ib-sysfs": SYSFS,
      "mlxlink-mlx5_1": [
        /^\/status(\/message)?$/,
        /^\/result\/output\/Tool Information/,
        /^\/result\/output\/Operational Info\/(Physical state|FEC|Loopback Mode|Auto Negotiation)$/,
      ],
    },
  },
  shuffle: { "ib-sysfs": shuffles.lines() },
});
