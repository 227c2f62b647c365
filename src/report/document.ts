import type { Language } from '../calendar/wording.js';

/** One bar of a chart: never told by colour alone, so it has a pattern, and its words stand beside it. */
export interface Bar {
  readonly label: string;
  readonly count: number;
  /** How it is written; default: the number. */
  readonly shown?: string;
  /** 0–4: filled, striped, dotted, crossed, empty. */
  readonly pattern: number;
}

export type Fact = readonly [label: string, value: string];

/** A part of a document, the same for every format that it is written in. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string; readonly beginsPage?: boolean }
  | { readonly kind: 'text'; readonly text: string; readonly isFaint?: boolean }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'bars'; readonly caption: string; readonly bars: readonly Bar[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Of the columns, in parts of the width. */
      readonly widths: readonly number[];
    }
  | { readonly kind: 'code'; readonly text: string };

/** A document before it is written as HTML, PDF or Word. */
export interface Document {
  readonly language: Language;
  readonly title: string;
  /** Under the title on the cover. */
  readonly subtitle: string;
  /** Above every page. */
  readonly running: string;
  readonly cover: readonly Fact[];
  readonly blocks: readonly Block[];
  /** What it says it was made at: of the record, not of the clock, so that the same record gives the same bytes. */
  readonly recordedAtMs: number;
}
