import { stripVTControlCharacters } from "node:util";
import { showHidden } from "@slipway/plugin-sdk";

/** Text of a node or a file, safe for a terminal: colours are dropped, hidden characters are shown and not obeyed. */
export const printable = (text: string): string => showHidden(stripVTControlCharacters(text));
