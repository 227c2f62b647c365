// Who may import whom: docs/adr and the README of each room say why.
const CONTEXT = '^src/(plan|progress|schedule|kpi|indicator|review|governance|directory|access|reminder)/';
/** Events, views and deciders (one word: `measure.ts`, not `plan-reader.ts`): functions of their arguments, nothing else. */
const PURE = `${CONTEXT}([a-z]+|[a-z-]+\\.(events|view))\\.ts$`;
const TEST = '^(test|bench)/|\\.spec\\.ts$';
const anyOf = (...paths) => paths.join('|');
const npm = (name) => `(^|/)node_modules/${name}/`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'calendar-is-pure',
      comment: 'calendar/ is day and fiscal year arithmetic that all may use. Pass in what it needs as an argument.',
      severity: 'error',
      from: { path: '^src/calendar/', pathNot: TEST },
      to: { pathNot: anyOf('^src/calendar/', npm('(@types/)?big\\.js')) },
    },
    {
      name: 'problems-is-a-list',
      comment: 'problems.ts is the closed list of codes and imports nothing. Put behaviour where the problem arises.',
      severity: 'error',
      from: { path: '^src/problems\\.ts$' },
      to: {},
    },
    {
      name: 'ledger-knows-only-bytes',
      comment: 'ledger/ is evidence over bytes, to be verified without Daicho. Give it canonical bytes, not our types.',
      severity: 'error',
      from: { path: '^src/ledger/', pathNot: TEST },
      to: { pathNot: anyOf('^src/ledger/', '^(node:)?crypto$') },
    },
    {
      name: 'eventsourcing-knows-no-context',
      comment:
        'eventsourcing/ holds the ports and the machinery. What a context or an adapter knows comes in as an argument.',
      severity: 'error',
      from: { path: '^src/eventsourcing/', pathNot: TEST },
      to: {
        pathNot: anyOf(
          '^src/(eventsourcing|calendar)/',
          '^src/problems\\.ts$',
          '^src/ledger/canonical\\.ts$',
          '^(node:)?crypto$',
          npm('zod'),
        ),
      },
    },
    {
      name: 'pure-reaches-no-technology',
      comment:
        'Events, deciders and views run the same everywhere and for ever: no Nest, no node:*, no driver, not even by way of another file. Ask in the handler and pass the answer in the command; move a pure function that is needed into a file of its own.',
      severity: 'error',
      from: { path: PURE },
      to: { pathNot: anyOf('^src/', npm('(zod|(@types/)?big\\.js)')), reachable: true },
    },
    {
      name: 'contexts-meet-in-events-and-views',
      comment:
        "Deciders and views see another context through its *.events.ts and *.view.ts; its decider is its own affair. Only the plan's own (plan.ts, measure.ts, lifetime.ts, reading.ts, revision.ts) is common ground: what all others record is recorded about it.",
      severity: 'error',
      from: { path: PURE },
      to: {
        path: CONTEXT,
        pathNot: anyOf(
          '^src/$1/',
          '\\.(events|view)\\.ts$',
          '^src/plan/(plan|measure|lifetime|reading|revision)\\.ts$',
        ),
      },
    },
    {
      name: 'handlers-know-no-graphql',
      comment: 'A handler is called by a resolver, the command line or an import alike. Translate in the resolver.',
      severity: 'error',
      from: { path: '\\.handler\\.ts$' },
      to: {
        path: anyOf(
          '^src/api/',
          '\\.(resolver|types)\\.ts$',
          npm('(@nestjs/graphql|graphql|graphql-yoga|class-validator)'),
        ),
      },
    },
    {
      name: 'adapters-are-composed',
      comment: 'Only stores.ts (and tests and benchmarks) chooses adapters. Depend on the port in eventsourcing/.',
      severity: 'error',
      from: { pathNot: anyOf('^src/adapters/', '^src/stores\\.ts$', TEST) },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'adapters-know-ports-only',
      comment:
        'An adapter implements a port: it may import eventsourcing/, ledger/, calendar/ and its own folder; no context, no API.',
      severity: 'error',
      from: { path: '^src/adapters/', pathNot: TEST },
      to: { path: '^src/', pathNot: '^src/(adapters|eventsourcing|ledger|calendar)/' },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'One technology per adapter: none imports another. What two share belongs to the port.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/', pathNot: TEST },
      to: { path: '^src/adapters/[^/]+/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'drivers-stay-in-their-adapter',
      comment:
        'A database driver is imported in its folder under adapters/ and nowhere else. Add what is missing to the port.',
      severity: 'error',
      from: { pathNot: anyOf('^src/adapters/(sqlite|eventstoredb|postgres)/', TEST) },
      to: { path: npm('(@types/)?(better-sqlite3|@eventstore/db-client|pg|kysely)') },
    },
    {
      name: 'page-speaks-graphql',
      comment:
        'dashboard/ asks the API like everybody else: of src/ it knows the calendar, how a schedule moves, the verifier of evidence, and what it is built to.',
      severity: 'error',
      from: { path: '^dashboard/' },
      to: { path: '^src/', pathNot: '^src/(calendar/|ledger/|schedule/forecast\\.view\\.ts$|page/renderer\\.ts$)' },
    },
    {
      name: 'page-is-built-not-imported',
      comment: 'The page is loaded from where it was built to, by src/page/. Nothing of it is imported.',
      severity: 'error',
      from: { path: '^(src|bench)/' },
      to: { path: '^dashboard/' },
    },
    {
      name: 'no-circular',
      comment: 'Two files that import each other are one file, or a third is missing that both import.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this file and it imports nobody. Use it or delete it.',
      severity: 'error',
      from: { orphan: true, pathNot: TEST },
      to: {},
    },
    {
      name: 'not-to-test',
      comment: 'What the product needs does not live among the tests. Move it to src/.',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'not-to-dev-dep',
      comment:
        'The product runs without development packages: move the package to "dependencies". Only `generate`, which writes files of this repository, may use them.',
      severity: 'error',
      from: { path: '^src/', pathNot: anyOf(TEST, '^src/cli/generate\\.ts$') },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere: a missing file, or a package that is not in package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Imports of types are imports: a rule about knowing holds for them too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
