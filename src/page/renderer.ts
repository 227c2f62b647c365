/** Asks the API, as whoever looks at the page. */
export type Ask = (query: string, variables: object) => Promise<unknown>;

/** What the browser needs, by address. */
export interface Assets {
  readonly script: string;
  readonly styles: readonly string[];
}

export interface Rendered {
  readonly status: 200 | 400 | 404;
  readonly html: string;
}

/**
 * A page as HTML, complete without a script: what `dashboard/` is built to.
 *
 * @param today at the town
 */
export type Render = (url: URL, ask: Ask, today: string, assets: Assets) => Promise<Rendered>;
