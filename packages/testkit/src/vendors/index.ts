export * from "./faulty-session.ts";
export * from "./listed-vendor.ts";
