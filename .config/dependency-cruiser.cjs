/**
 * Who may import whom: the table of docs/ARCHITECTURE.md as rules. A room is found by its folder; what it may import is what
 * the table names and nothing else. Tests may take a look at any room; code that runs in a store may not.
 */

const { builtinModules } = require('node:module');

/** Each room: where its code is, and the rooms that it may import. */
const ROOMS = {
  'firmware-configs': { path: 'firmware-configs', allowed: [] },
  devices: { path: 'devices', allowed: ['firmware-configs'] },
  decide: { path: 'edge-agent/decide', allowed: [] },
  features: { path: 'edge-agent/features', allowed: ['decide'] },
  inference: { path: 'edge-agent/inference', allowed: ['features'] },
  'agent-contract': { path: 'edge-agent/contract', allowed: ['decide'] },
  'edge-agent': {
    path: 'edge-agent/(src|bin)',
    allowed: ['decide', 'features', 'inference', 'agent-contract', 'devices', 'link', 'protocol'],
  },
  protocol: { path: 'cloud-sync/protocol', allowed: ['decide'] },
  link: { path: 'cloud-sync/link', allowed: ['protocol'] },
  'hub-contract': { path: 'cloud-sync/hub-contract', allowed: ['decide'] },
  hub: { path: 'cloud-sync/hub', allowed: ['protocol', 'decide', 'features', 'hub-contract'] },
  training: { path: 'cloud-sync/training', allowed: ['features', 'inference', 'protocol', 'decide'] },
  export: { path: 'cloud-sync/export', allowed: ['hub', 'protocol'] },
  console: { path: 'cloud-sync/console', allowed: ['hub-contract', 'decide', 'ui'] },
  'member-page': { path: 'cloud-sync/member-page', allowed: ['hub-contract', 'decide', 'ui'] },
  ui: { path: 'kiosk-app/ui', allowed: [] },
  'kiosk-app': { path: 'kiosk-app/(?!ui/)', allowed: ['agent-contract', 'ui'] },
  demo: { path: 'edge-agent/demo', allowed: undefined },
  harness: { path: 'edge-agent/harness', allowed: undefined },
};

/** Heavy or native packages, and the only places that may import them. */
const OWNED = {
  serialport: {
    packages: ['serialport', '@serialport/[^/]+', 'node-hid'],
    owners: ['devices/src/transport/', 'devices/src/doctor'],
  },
  sqlite: { packages: ['better-sqlite3'], owners: ['edge-agent/src/journal/', 'cloud-sync/hub/src/storage/'] },
  onnx: { packages: ['onnxruntime-node'], owners: ['edge-agent/inference/'] },
  electron: { packages: ['electron'], owners: ['kiosk-app/(?!ui/)'] },
  duckdb: { packages: ['@duckdb/[^/]+'], owners: ['cloud-sync/training/', 'cloud-sync/export/'] },
  postgres: { packages: ['pg', 'pg-copy-streams'], owners: ['cloud-sync/hub/src/storage/'] },
  canvas: { packages: ['@napi-rs/canvas'], owners: ['devices/src/render/'] },
};

/** Code that must give the same answer everywhere: no file, socket, clock or process of Node.js in it. */
const PURE = [
  'edge-agent/decide/src/',
  'edge-agent/features/src/',
  'edge-agent/contract/src/',
  'cloud-sync/hub-contract/src/',
  'devices/src/(contract|framing|gs1)/',
];

/** Node.js's own modules. Hashing is pure, and all that the contents hash of a feature set needs. */
const CORE = builtinModules.filter((name) => !name.includes('/')).join('|');
const IMPURE_CORE = CORE.replace('|crypto|', '|');

/** Pages run in a browser. */
const PAGES = [
  'kiosk-app/ui/src/',
  'kiosk-app/src/(?!(main|launcher)/)',
  'cloud-sync/console/src/',
  'cloud-sync/member-page/src/',
];

/** Tests and what only they use. */
const TEST_CODE = '(\\.test\\.tsx?|/(testing|bench|conformance|conformance-[a-z-]+)\\.ts)$|/(testing|fixtures)/';
/** A pure room's command line is its I/O. */
const COMMAND_LINE = '/(cli|bin)[./]';

const at = (path) => (path.includes('(') ? `^${path.endsWith(')') ? path : path}` : `^${path}/`);
const pathOf = (room) => at(ROOMS[room].path);
const allPaths = Object.keys(ROOMS).map(pathOf);
const packagePath = (name) => `(^|/)node_modules/${name}/`;

const roomRules = Object.entries(ROOMS)
  .filter(([, { allowed }]) => allowed !== undefined)
  .map(([room, { allowed }]) => ({
    name: `room-${room}`,
    severity: 'error',
    comment: `${room} may import ${allowed.length === 0 ? 'no other room' : `only ${allowed.join(', ')}`}`,
    from: { path: pathOf(room), pathNot: TEST_CODE },
    to: { path: allPaths, pathNot: [room, ...allowed].map(pathOf) },
  }));

const outsideRules = Object.entries(ROOMS).map(([room]) => ({
  name: `by-name-${room}`,
  severity: 'error',
  comment: `another room is imported by its package name, through its exports, not by a path out of ${room}`,
  from: { path: pathOf(room) },
  to: { path: allPaths, pathNot: pathOf(room), dependencyTypes: ['local'] },
}));

const ownerRules = Object.entries(OWNED).map(([name, { packages, owners }]) => ({
  name: `owner-${name}`,
  severity: 'error',
  comment: `${packages.join(', ')}: only in ${owners.join(', ')}`,
  from: { pathNot: [...owners.map((owner) => `^${owner}`), TEST_CODE] },
  to: { path: packages.map(packagePath) },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    ...outsideRules,
    ...ownerRules,
    {
      name: 'nothing-imports-demo',
      severity: 'error',
      comment: 'the demo and the harness stand on the product, never the other way round; tests are no exception',
      from: { pathNot: ['^edge-agent/(demo|harness)/'] },
      to: { path: '^edge-agent/(demo|harness)/' },
    },
    {
      name: 'pure',
      severity: 'error',
      comment: 'pure code takes I/O, time and randomness as ports',
      from: { path: PURE.map((path) => `^${path}`), pathNot: [TEST_CODE, COMMAND_LINE] },
      to: { path: `^(node:)?(${IMPURE_CORE})(/|$)`, dependencyTypes: ['core'] },
    },
    {
      name: 'pages-run-in-browsers',
      severity: 'error',
      comment: "a page cannot use Node.js's own modules, directly or through another room",
      from: { path: PAGES.map((path) => `^${path}`), pathNot: TEST_CODE },
      to: { path: `^(node:)?(${CORE})(/|$)`, reachable: true },
    },
    {
      name: 'no-test-code',
      severity: 'error',
      comment: 'code that runs does not import tests or their helpers',
      from: { path: '/src/', pathNot: [TEST_CODE, '^edge-agent/(demo|harness)/'] },
      to: { path: TEST_CODE, pathNot: 'node_modules' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'two files that import each other are one file, or hide a third',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolves',
      severity: 'error',
      comment: 'an import that leads nowhere',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Our own output only: what packages export often lies in a dist folder.
    exclude: {
      path: ['^(?!node_modules)[^/]+/(dist|dist-web)/', '^(edge-agent|cloud-sync|kiosk-app)/[^/]+/(dist|dist-web)/'],
    },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      conditionNames: ['@tillside/source', 'import', 'types', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
