export { openDatabase, type Database } from "@slipway/server";
