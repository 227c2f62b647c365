import { print, type DocumentNode } from 'graphql';
import { renderToString } from 'react-dom/server';
import type { CSSProperties, ReactNode } from 'react';
import type { Assets, Render } from '../../src/page/renderer.js';
import { FRAME, type Frame } from './around.js';
import { graphql, type ResultOf } from './graphql.js';
import { dayText } from './dates.js';
import { bodyOf, pageAt, variablesAt, type Shown } from './pages.js';
import { asOfIn, placeIn, type Place } from './place.js';
import { say, type Language, type Word } from './words.js';

const PLANS = graphql(`
  query Plans {
    plans {
      key
      title
    }
  }
`);

export const render: Render = async (url, ask, today, assets) => {
  const asking = async (query: DocumentNode, variables = {}): Promise<unknown> => ask(print(query), variables);
  const place = placeIn(url);
  const bare: Place = { path: url.pathname, language: url.searchParams.get('lang') === 'en' ? 'en' : 'ja', asked: {} };
  if (!place)
    return { status: 400, html: document(assets, bare.language, '400', <Said word="badDate" place={bare} />) };

  const { plans } = (await asking(PLANS)) as ResultOf<typeof PLANS>;
  const key = place.plan ?? plans[0]?.key;
  if (key === undefined)
    return { status: 200, html: document(assets, place.language, '台帳', <Empty place={place} />) };

  const framed = async (asOf = {}): Promise<Frame> => (await asking(FRAME, { plan: key, asOf })) as Frame;
  const then = await framed(asOfIn(place));
  // A plan that was not in the record yet has a time bar all the same: the way back.
  const { ledger, plan } = then.plan ? then : await framed();
  if (!plan || !ledger) {
    return { status: 404, html: document(assets, place.language, '404', <Said word="notFoundHint" place={place} />) };
  }
  const found = then.plan ? pageAt(place) : undefined;
  let answer: unknown;
  try {
    answer = found && (await asking(found.page.query, variablesAt(found.page, found.part, place, plan, today)));
  } catch (error) {
    if (!isRefused(error)) throw error;
    return { status: 400, html: document(assets, place.language, '400', <Said word="badAddress" place={place} />) };
  }
  const shown: Shown = { around: { place, plans, plan, ledger, today }, answer, isTooEarly: !then.plan };
  const body = found?.page.show(shown.around, answer, found.part);
  return {
    status: body === undefined ? 404 : 200,
    html: document(assets, place.language, plan.title, bodyOf(shown), shown),
  };
};

const Said = ({ word, place }: { readonly word: Word; readonly place: Place }) => (
  <main id="content" className="alone">
    <h1>{say(place.language)('notFound')}</h1>
    <p>{say(place.language)(word)}</p>
    <p>
      <a href="/">{say(place.language)('overview')}</a>
    </p>
  </main>
);

const Empty = ({ place }: { readonly place: Place }) => (
  <main id="content" className="alone">
    <h1>{say(place.language)('empty')}</h1>
    <p>{say(place.language)('emptyHint')}</p>
    <pre>npx daicho plan load plans/toride-5/plan.yaml</pre>
  </main>
);

/** `<` cannot end the block that the data stands in. */
const dataText = (shown: Shown): string => JSON.stringify(shown).replaceAll('<', '\\u003c');

/** The API takes what the address asks for a mistake of whoever wrote it. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code !== 'INTERNAL_SERVER_ERROR';

/** What its heading says, without the badge beside it, and of which plan. */
function titleIn(html: string, plan: string): string {
  const [, heading = ''] = /<h1>([^<]*)/.exec(html) ?? [];
  const plain = [
    ['&#x27;', "'"],
    ['&quot;', '"'],
    ['&lt;', '<'],
    ['&gt;', '>'],
    ['&amp;', '&'],
  ] as const;
  const said = plain.reduce((text, [mark, sign]) => text.replaceAll(mark, sign), heading).trim();
  return said === '' || said === plan ? plan : `${said} — ${plan}`;
}

/** What stands above each page in print: of which plan, as of when. */
function printedHead({ plan, place, today }: Shown['around']): CSSProperties {
  const day = dayText(place.on ?? today, place.language);
  const known = dayText(place.known ?? today, place.language);
  const moment = place.language === 'ja' ? `${day}の姿（${known}までの記録）` : `as of ${day}, as known on ${known}`;
  return { '--printed-head': JSON.stringify(`${plan.title}　${moment}`) } as CSSProperties;
}

function document(assets: Assets, language: Language, title: string, body: ReactNode, shown?: Shown): string {
  const shownBody = renderToString(body);
  return `<!doctype html>${renderToString(
    <html lang={language} style={shown && printedHead(shown.around)}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{titleIn(shownBody, title)}</title>
        <link rel="icon" href="data:," />
        {assets.styles.map((style) => (
          <link key={style} rel="stylesheet" href={style} />
        ))}
      </head>
      <body>
        <div id="root" dangerouslySetInnerHTML={{ __html: shownBody }} />
        {shown && <script id="shown" type="application/json" dangerouslySetInnerHTML={{ __html: dataText(shown) }} />}
        {shown && <script type="module" src={assets.script} />}
      </body>
    </html>,
  )}`;
}
