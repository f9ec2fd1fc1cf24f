export { openDatabase, openFleet } from "@slipway/server";
