export { openDatabase, openFleet, type Database } from "@slipway/server";
