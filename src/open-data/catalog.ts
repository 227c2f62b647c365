import { TABLES } from './tables.js';

export interface Catalogued {
  readonly key: string;
  readonly title: string;
  readonly municipality: string;
  readonly municipalityCode: string;
  readonly asOf: { readonly recordedAt: string };
}

const IANA = 'https://www.iana.org/assignments/media-types/';
const FORMATS = [
  ['csv', 'text/csv', 'CSV'],
  ['json', 'application/json', 'JSON'],
] as const;

/** The tables as a DCAT 3 catalogue (W3C) in JSON-LD, for portals that collect them. What licence they have is for the town to say. */
export function catalogOf({ key, title, municipality, municipalityCode, asOf }: Catalogued, base: string): object {
  const ja = (text: string): object => ({ '@value': text, '@language': 'ja' });
  const id = (address: string): object => ({ '@id': address });
  const place = `${base}/data/${encodeURIComponent(key)}`;
  const publisher = { '@type': 'foaf:Organization', 'foaf:name': ja(municipality), 'dct:identifier': municipalityCode };
  return {
    '@context': {
      dcat: 'http://www.w3.org/ns/dcat#',
      dct: 'http://purl.org/dc/terms/',
      foaf: 'http://xmlns.com/foaf/0.1/',
      xsd: 'http://www.w3.org/2001/XMLSchema#',
    },
    '@id': `${place}/catalog.jsonld`,
    '@type': 'dcat:Catalog',
    'dct:title': ja(title),
    'dct:publisher': publisher,
    'dct:modified': { '@value': asOf.recordedAt, '@type': 'xsd:dateTime' },
    'foaf:homepage': id(`${base}/`),
    'dcat:dataset': Object.entries(TABLES).map(([name, table]) => ({
      '@id': `${place}/${name}`,
      '@type': 'dcat:Dataset',
      'dct:identifier': `${key}/${name}`,
      'dct:title': ja(`${title} ${table.title}`),
      'dct:publisher': publisher,
      'dct:language': 'ja',
      'dct:modified': { '@value': asOf.recordedAt, '@type': 'xsd:dateTime' },
      'dcat:distribution': FORMATS.map(([extension, type, format]) => ({
        '@id': `${place}/${name}.${extension}`,
        '@type': 'dcat:Distribution',
        'dct:title': ja(`${table.title}（${format}）`),
        'dct:format': format,
        'dcat:mediaType': id(IANA + type),
        'dcat:downloadURL': id(`${place}/${name}.${extension}`),
      })),
    })),
  };
}
