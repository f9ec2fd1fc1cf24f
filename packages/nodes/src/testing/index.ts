export { living, precedence, storeOf, type Sight } from "./sighted-store.ts";
