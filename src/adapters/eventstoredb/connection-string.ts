import { StoreError } from '../../eventsourcing/event-store.js';

/** What the client knows, spelled in lower case without `-` and `_`; a name that it does not know it would pass over. */
const CLIENT_OPTIONS = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'throwonappendfailure',
  'tls',
  'tlscafile',
  'tlsverifycert',
  'usercertfile',
  'userkeyfile',
]);

/** A new leader is asked for often and in short, as a frozen node answers nobody. Seconds, and a number of times. */
const CLUSTER_DEFAULTS = { gossiptimeout: 'gossipTimeout=1', maxdiscoverattempts: 'maxDiscoverAttempts=5' } as const;

/** An `@` only behind the password, where it is written %40 itself: so no part that is named can be of a password. */
const FORM = /^(?<scheme>esdb(\+discover)?):\/\/([^@/?]*@)?(?<hosts>[^@/?]+)\/?(\?(?<query>[^@]*))?$/;

const HOST = /^[A-Za-z0-9._-]+(:(?<port>[1-9]\d{0,4}))?$/;

const LEDGER = /^[a-z][a-z0-9-]{0,40}$/;

export interface ConnectionString {
  /** For the client. */
  readonly server: string;
  /** `host:2113,host2:2113`, for messages. */
  readonly hosts: string;
  /** Of several ledgers on one server; empty: the one without a name. */
  readonly ledger: string;
}

/**
 * `esdb://user:password@host:2113,host2:2113?tls=true&ledger=toride`: a connection string of EventStoreDB or KurrentDB, with
 * an option of ours. What is wrong is told without the password.
 *
 * @throws StoreError CONNECTION_INVALID
 */
export function readConnectionString(text: string): ConnectionString {
  const esdb = text.trim().replace(/^kurrentdb/, 'esdb');
  const { scheme, hosts, query = '' } = FORM.exec(esdb)?.groups ?? {};
  if (scheme === undefined || hosts === undefined) throw invalid('esdb://user:password@host:2113?tls=true');
  for (const host of hosts.split(',')) {
    const { port } = HOST.exec(host)?.groups ?? { port: 'none' };
    if (port !== undefined && !(Number(port) <= 65_535)) throw invalid(`host:port, not “${host}”`);
  }
  const options = query === '' ? [] : query.split('&').map((option) => ({ option, name: nameOf(option) }));
  for (const { option, name } of options) {
    if (name !== 'ledger' && !CLIENT_OPTIONS.has(name)) throw invalid(`no option “${option.split('=')[0] ?? ''}”`);
    if (!/^[^=]+=.+$/s.test(option)) throw invalid(`“${option.split('=')[0] ?? ''}” with a value`);
  }
  const ledger = options.find(({ name }) => name === 'ledger')?.option.split('=')[1] ?? '';
  if (ledger !== '' && !LEDGER.test(ledger)) throw invalid('ledger=name in small letters, digits and -');

  const given = options.filter(({ name }) => name !== 'ledger').map(({ option }) => option);
  const isCluster = scheme === 'esdb+discover' || hosts.includes(',');
  const added = isCluster
    ? Object.entries(CLUSTER_DEFAULTS).flatMap(([name, option]) =>
        options.some((given) => given.name === name) ? [] : [option],
      )
    : [];
  const before = esdb.slice(0, esdb.length - (query === '' ? 0 : query.length + 1)).replace(/[?/]+$/, '');
  const all = [...given, ...added];
  return { server: all.length === 0 ? before : `${before}?${all.join('&')}`, hosts, ledger };
}

const nameOf = (option: string): string => (option.split('=')[0] ?? '').toLowerCase().replace(/[-_]/g, '');

export const invalid = (wanted: string): StoreError =>
  new StoreError(
    'CONNECTION_INVALID',
    `EventStoreDB の接続文字列に誤りがあります / the connection string of EventStoreDB is not valid: ${wanted}`,
  );
