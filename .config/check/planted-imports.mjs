/**
 * Proves that each import rule works: builds a small house with the same rooms in a temporary folder, where every rule is
 * broken by one planted file, and looks that exactly that file is reported. A rule without a planted breach fails too.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const root = process.cwd();
const config = join(root, '.config', 'dependency-cruiser.cjs');
const { forbidden } = createRequire(import.meta.url)(config);
const folders = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces;
const nameOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name;
const folderOf = Object.fromEntries(folders.map((folder) => [nameOf(folder).replace('@tillside/', ''), folder]));

/** The files that break a rule, the first being the one that must be reported. */
const BREACHES = {
  'owner-serialport': { 'edge-agent/src/intake/planted.ts': "import 'serialport';" },
  'owner-sqlite': { 'edge-agent/src/lanes/planted.ts': "import 'better-sqlite3';" },
  'owner-onnx': { 'cloud-sync/training/src/planted-onnx.ts': "import 'onnxruntime-node';" },
  'owner-electron': { 'kiosk-app/ui/src/planted-electron.ts': "import 'electron';" },
  'owner-duckdb': { 'cloud-sync/hub/src/planted-duckdb.ts': "import '@duckdb/node-api';" },
  'owner-postgres': { 'cloud-sync/hub/src/http/planted-pg.ts': "import 'pg';" },
  'owner-canvas': { 'devices/src/drivers/planted-canvas.ts': "import '@napi-rs/canvas';" },
  'nothing-imports-demo': { 'edge-agent/src/planted.test.ts': "import '@tillside/demo';" },
  pure: { 'edge-agent/decide/src/planted-clock.ts': "import 'node:perf_hooks';" },
  'pages-run-in-browsers': { 'cloud-sync/console/src/planted-page.ts': "import 'node:fs';" },
  'no-test-code': {
    'cloud-sync/hub/src/planted-helper.ts': "import './testing/double.ts';",
    'cloud-sync/hub/src/testing/double.ts': 'export {};',
  },
  'no-cycles': {
    'cloud-sync/link/src/planted-a.ts': "import { b } from './planted-b.ts'; export const a = () => b;",
    'cloud-sync/link/src/planted-b.ts': "import { a } from './planted-a.ts'; export const b = () => a;",
  },
  resolves: { 'devices/src/planted-nowhere.ts': "import './nowhere.ts';" },
};
for (const [name, folder] of Object.entries(folderOf)) {
  const room = name;
  const here = `${folder}/src`;
  // A room that may import everything has only the rule of how.
  const other = room === 'link' || room === 'edge-agent' ? '@tillside/training' : '@tillside/link';
  BREACHES[`room-${room}`] = { [`${here}/planted-room.ts`]: `import '${other}';` };
  const target = `${folderOf[room === 'decide' ? 'features' : 'decide']}/src/index.ts`;
  BREACHES[`by-name-${room}`] = { [`${here}/planted-path.ts`]: `import '${relative(here, target)}';` };
}
delete BREACHES['room-demo'];
delete BREACHES['room-harness'];

function write(house, path, text) {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
}

/** The same rooms and package names, each with one empty module. */
function build(house) {
  write(house, 'package.json', JSON.stringify({ name: 'house', private: true, workspaces: folders }));
  for (const [name, folder] of Object.entries(folderOf)) {
    const exports = { '.': { '@tillside/source': './src/index.ts', default: './dist/index.js' } };
    write(house, `${folder}/package.json`, JSON.stringify({ name: `@tillside/${name}`, type: 'module', exports }));
    write(house, `${folder}/src/index.ts`, 'export {};\n');
    mkdirSync(join(house, 'node_modules', '@tillside'), { recursive: true });
    symlinkSync(join(house, folder), join(house, 'node_modules', '@tillside', name));
  }
  for (const name of [
    'serialport',
    'better-sqlite3',
    'onnxruntime-node',
    'electron',
    '@duckdb/node-api',
    '@napi-rs/canvas',
    'pg',
  ]) {
    write(house, `node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    write(house, `node_modules/${name}/index.js`, '');
  }
  // What the table allows: these must not be reported.
  write(house, 'edge-agent/src/allowed.ts', "import '@tillside/decide'; import '@tillside/link';\n");
  write(house, 'edge-agent/src/journal/allowed.ts', "import 'better-sqlite3'; import 'node:fs';\n");
  write(house, 'cloud-sync/link/src/allowed.test.ts', "import '@tillside/hub';\n");
  write(house, 'devices/src/transport/allowed.ts', "export const load = () => import('serialport');\n");
}

function violations(house) {
  const cli = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const tops = [...new Set(folders.map((folder) => folder.split('/')[0]))];
  const { stdout, stderr } = spawnSync(process.execPath, [cli, '--config', config, '--output-type', 'json', ...tops], {
    cwd: house,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  try {
    return JSON.parse(stdout).summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
  } catch {
    throw new Error(`dependency-cruiser gave no report: ${stderr}`);
  }
}

const house = mkdtempSync(join(tmpdir(), 'tillside-house-'));
const problems = [];
try {
  build(house);
  for (const found of violations(house)) problems.push(`reported without a breach: ${found}`);
  for (const files of Object.values(BREACHES)) {
    for (const [path, text] of Object.entries(files)) write(house, path, `${text}\n`);
  }
  const found = new Set(violations(house));
  for (const { name } of forbidden) {
    const breach = BREACHES[name];
    if (breach === undefined) problems.push(`the rule ${name} has no planted breach`);
    else if (!found.has(`${name} ${Object.keys(breach)[0]}`)) problems.push(`a breach of ${name} was not reported`);
  }
  for (const name of Object.keys(BREACHES)) {
    if (!forbidden.some((rule) => rule.name === name)) problems.push(`there is no rule ${name}`);
  }
} finally {
  rmSync(house, { recursive: true, force: true });
}
for (const problem of problems) console.log(problem);
console.log(`${forbidden.length} rules, each broken once; ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
