export { followClock, setClock, TRUE_CLOCK, type ClockSetting } from "./clock.ts";
export { migrate, migrationOf, newestMigration } from "./migrate.ts";
export { postgresStore, type PostgresStore, type Schema } from "./store.ts";
export { bossQueue } from "./queue.ts";
