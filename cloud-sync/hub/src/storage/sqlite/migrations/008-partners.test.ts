import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 7 to 8: credentials and codes stay, and may do nothing as a partner', () => {
  const db = new Database(':memory:');
  migrate(db, 7);
  db.exec(`INSERT INTO credentials VALUES ('c1', 'h', 'operator', 'office', NULL, 'a', NULL)`);
  db.exec(`INSERT INTO pairing_codes (code_hash, kind, store, expires_at) VALUES ('p', 'operator', NULL, 'e')`);
  migrate(db, 8);
  expect(db.prepare('SELECT id, name, scopes FROM credentials').all()).toEqual([
    { id: 'c1', name: 'office', scopes: '[]' },
  ]);
  expect(db.prepare('SELECT code_hash, scopes FROM pairing_codes').all()).toEqual([{ code_hash: 'p', scopes: '[]' }]);
  db.close();
});
