import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

// Notes of the tool that decide nothing, a host name where the address tells the member too, and what a
// node says of the connection to itself.
const JSON_NOTES = [/^\/timestamp$/, /\/changed$/, /\/connections\/\d+\/host$/, /^\/nodes\/(\d+)\/connections\/\1$/];
const TEXT_NOTES = [/^Connectivity Table/, /^\S{1,3} - /, /^\d+\/\d+\/\d{4} /];
const UNIT = [/^(?:LoadState|SubState|UnitFileState)=/];

checkContract(check, import.meta.url, {
  spare: {
    "pass-host": { "imex-domain": [...JSON_NOTES, /\/hostName$/], "imex-nodes": [/^#/] },
    "pass-host-text": { "imex-domain": TEXT_NOTES },
    "pass-host-text-noise": { "imex-domain": [...TEXT_NOTES, /^(?:WARNING|INFO): /], "imex-nodes": [/^#/] },
    "pass-active-per-domain": { "imex-domain": TEXT_NOTES },
    "pass-idle-per-domain": { "imex-service": UNIT },
    "pass-dns-slots": {
      // The two slots that nobody uses.
      "imex-domain": [...JSON_NOTES, /\/hostName$/, /^\/nodes\/[45](?:\/|$)/, /\/connections\/[45](?:\/|$)/],
      "imex-nodes": [/^cd-daemon-\w+-000[45]$/],
      "imex-resolve": [/^cd-daemon-\w+-000[45]\t/],
    },
  },
  repeats: {
    // The last character of the line, which is given another value, stands in its comment.
    "pass-host-text-noise": { "imex-nodes": [/ # first tray/] },
    // Slots beyond those that are expected decide nothing (I4).
    "pass-dns-slots": { "imex-nodes": [/^cd-daemon-\w+-000[0-3]$/] },
  },
  shuffle: {
    "imex-domain": (text, permute) => shuffles.lines(/^ +\d+ +\S/)(shuffles.lines(/^Node #/)(text, permute), permute),
    "imex-nodes": shuffles.lines(),
    "imex-resolve": shuffles.lines(),
    "imex-service": shuffles.lines(),
  },
});
