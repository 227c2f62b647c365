import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readConfig } from '../src/config.js';

/** What keeps the files for Docker true where no engine runs. */

interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly extends?: { readonly service: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly [key: string]: unknown;
}

const read = (file: string): string => readFileSync(file, 'utf8');

/** A variable without a value is the environment's own, and not set where that does not have it: as here. */
const compose = (file: string): { name: string; services: Record<string, Service>; networks?: unknown } =>
  parse(
    read(file),
    (key: unknown, value: unknown) => (String(key).startsWith('DAICHO_') && value === null ? undefined : value),
    {
      merge: true,
    },
  );

const SINGLE = compose('docker-compose.yml');
const CLUSTER = compose('docker-compose.cluster.yml');
const DOCKERFILE = read('Dockerfile').replaceAll('\\\n', '');

/** As Compose lays one file over the other, in what matters here. */
function cluster(): Record<string, Service> {
  const services = { ...SINGLE.services };
  for (const [name, over] of Object.entries(CLUSTER.services)) {
    const base = SINGLE.services[over.extends?.service ?? name];
    services[name] = {
      ...base,
      ...over,
      environment: { ...base?.environment, ...over.environment },
      depends_on: { ...base?.depends_on, ...over.depends_on },
    };
  }
  return services;
}

const isApi = ({ build }: Service): boolean => build !== undefined;

describe.each([
  ['docker-compose.yml', SINGLE.services],
  ['docker-compose.cluster.yml', cluster()],
])('%s', (_, services) => {
  const all = Object.entries(services);
  const apis = all.filter(([, service]) => isApi(service));
  const stores = all.filter(([, service]) => !isApi(service));
  const ledgers = stores.filter(([name]) => name !== 'postgres');

  test.each(all)('%s comes back, says how it is and can gain no rights', (_name, service) => {
    expect(service).toMatchObject({
      restart: 'unless-stopped',
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(isApi(service) ? DOCKERFILE : JSON.stringify(service)).toMatch(/^HEALTHCHECK |"healthcheck":\{"test":\[/m);
  });

  test.each(all)('%s has no password but one that must be given', (_name, { environment = {} }) => {
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|TOKEN|SECRET/.test(name)) expect(value).toMatch(/^\$\{[A-Z_]+:\?.+\}$/);
      else expect(value).not.toMatch(/\/\/[^/@]*:[^/@]*@/);
    }
  });

  test.each(apis)('%s writes to /tmp and its data only, and is published on this machine only', (_name, service) => {
    expect(service).toMatchObject({ build: '.', read_only: true, tmpfs: '/tmp' });
    expect(service.volumes).toEqual(['daicho:/data']);
    expect(service.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+:3000$/)]);
  });

  test.each(apis)('%s waits for every store', (_name, { depends_on = {} }) => {
    expect(Object.keys(depends_on)).toEqual(expect.arrayContaining(stores.map(([name]) => name)));
    expect(new Set(Object.values(depends_on).map(({ condition }) => condition))).toEqual(new Set(['service_healthy']));
  });

  test.each(stores)('%s is a pinned image out of reach from outside', (_name, { image, ports, networks }) => {
    expect(image).toMatch(/:\d[\w.-]*$/);
    expect(ports).toBeUndefined();
    expect(networks).toEqual(['stores']);
    expect(SINGLE.networks).toMatchObject({ stores: { internal: true } });
  });

  test('no two stores share a volume', () => {
    const volumes = stores.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
    expect(volumes).toHaveLength(new Set(volumes).size);
    expect(volumes.length).toBeGreaterThanOrEqual(stores.length);
  });

  test('two API processes or more behind one configuration, all of which the program knows', () => {
    expect(apis.length).toBeGreaterThanOrEqual(2);
    const [first = {}, ...others] = apis.map(([, { environment }]) => environment);
    for (const other of others) expect(other).toEqual(first);
    const given = Object.entries(first).filter(([name]) => name.startsWith('DAICHO_'));
    const config = readConfig({ ...Object.fromEntries(given), DAICHO_ADMIN_TOKEN: 'given' });
    expect(Object.keys(config)).toEqual(expect.arrayContaining(given.map(([name]) => name)));
  });

  test('the connection strings name the stores there are', () => {
    for (const [, { environment = {} }] of apis) {
      const hosts = /\/\/([^/?]+)\?tls=false$/.exec(environment['DAICHO_LEDGER'] ?? '')?.[1];
      expect(hosts?.split(',')).toEqual(ledgers.map(([name]) => `${name}:2113`));
      expect(environment['DAICHO_VIEWS']).toContain('@postgres:5432/');
    }
  });
});

test('each node of the cluster names itself and asks the others', () => {
  const nodes = Object.entries(cluster()).filter(([name]) => name.startsWith('kurrentdb'));
  expect(nodes).toHaveLength(3);
  for (const [name, { environment }] of nodes) {
    const others = nodes.filter(([other]) => other !== name).map(([other]) => `${other}:2113`);
    expect(environment).toMatchObject({
      KURRENTDB_CLUSTER_SIZE: String(nodes.length),
      KURRENTDB_GOSSIP_SEED: others.join(','),
      KURRENTDB_NODE_HOST_ADVERTISE_AS: name,
      KURRENTDB_REPLICATION_HOST_ADVERTISE_AS: name,
    });
  }
});

test('the cluster and the single node keep their data apart', () => {
  expect(CLUSTER.name).not.toBe(SINGLE.name);
});

test('.env.example has what must be given, empty; the real one is kept out of the repository', () => {
  const wanted = new Set(Array.from(read('docker-compose.yml').matchAll(/\$\{([A-Z_]+):\?/g), ([, name]) => name));
  const offered = Array.from(read('.env.example').matchAll(/^([A-Z_]+)=$/gm), ([, name]) => name);
  expect(new Set(offered)).toEqual(wanted);
  expect(read('.gitignore')).toMatch(/^\.env$/m);
});

describe('Dockerfile', () => {
  /** What is let through: everything is refused first. */
  const [refusal, ...context] = read('.dockerignore')
    .split('\n')
    .filter((line) => /^[*!]/.test(line));
  const sources = Array.from(DOCKERFILE.matchAll(/^COPY (?!--from)(.+) \S+$/gm), ([, paths = '']) =>
    paths.split(/ +/),
  ).flat();

  test('what it copies is there, and in the context', () => {
    expect(refusal).toBe('*');
    const allowed = context.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(allowed.filter((path) => !existsSync(path))).toEqual([]);
    expect(sources.filter((path) => !existsSync(path))).toEqual([]);
    expect(allowed).toEqual(
      expect.arrayContaining(sources.map((path) => path.split('/')[0]).filter((top) => top !== '.')),
    );
  });

  test('it runs on the Node.js that is tested, as nobody special, without npm', () => {
    const [, tested] = /node-.*@(\d+)"/.exec(read('.ci/run')) ?? [];
    const images = Array.from(DOCKERFILE.matchAll(/^FROM (\S+)/gm), ([, image]) => image);
    expect(images).toEqual([expect.stringMatching(new RegExp(`^node:${tested}-\\w+-slim$`)), 'base', 'base']);
    const runtime = DOCKERFILE.slice(DOCKERFILE.lastIndexOf('\nFROM '));
    expect(runtime).toMatch(/^USER node$/m);
    expect(runtime).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(runtime).not.toMatch(/\bnpm\b|scripts|--include=dev/);
    const [, main = ''] = /^CMD \["node", "dist\/(\w+)\.js"\]$/m.exec(runtime) ?? [];
    expect(existsSync(`src/${main}.ts`)).toBe(true);
  });
});
