// One process runs many spec files, each with modules of its own, but SQLite's native part is loaded once and would go on
// throwing the first file's SqliteError, of which `instanceof` in the next file knows nothing: let each file set its own.
import { createRequire } from 'node:module';

createRequire(import.meta.url)('better-sqlite3/build/Release/better_sqlite3.node').isInitialized = false;
