/** What a progress sheet asks of our own API, with the rights of whoever wants it. */

const SCALE_WORD = 'code label sign';
const REPORT = `division { key } stage revision reason results issues nextSteps direction rating { ${SCALE_WORD} } ratingReason cause action budget expenditure response remarks
  evidence { sha256 name url isPublic }`;

export const FORM = `query Form($plan: String!, $year: FiscalYear!) {
  plan(key: $plan) {
    title municipality
    period { from to }
    asOf { position effectiveOn }
    statusScale { codes { ${SCALE_WORD} } }
    divisions { key name }
    kpis { title unit goal { no title } baseline { fiscalYear value } targets { fiscalYear value } readings { fiscalYear value } }
    review(fiscalYear: $year) { rounds { period deadline deadlines { division deadline } } }
    unplanned { ...Measure }
  }
}
fragment Measure on Measure { ${measure()} }`;

export const FORM_MEASURES = `query FormMeasures($plan: String!, $year: FiscalYear!, $asOf: AsOf, $after: String) {
  plan(key: $plan, asOf: $asOf) {
    measures(first: 25, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${measure()} } }
  }
}`;

function measure(): string {
  return `no title isNew
    goal { no title } policy { no title }
    owners { name } coordinators { name }
    answering(fiscalYear: $year) { key }
    schedule { fiscalYear forecast }
    reports { fiscalYear period ${REPORT} }
    evaluations { fiscalYear by comment rating { ${SCALE_WORD} } }`;
}

export type Direction = 'CONTINUE' | 'IMPROVE' | 'EXPAND' | 'REDUCE' | 'COMPLETE' | 'ABOLISH' | 'MERGE';

export interface ScaleWord {
  readonly code: string;
  readonly label: string;
  readonly sign: string | null;
}

export interface FormReport {
  readonly fiscalYear: number;
  readonly period: string;
  readonly division: { readonly key: string };
  readonly stage: 'DRAFT' | 'SUBMITTED' | 'RETURNED' | 'APPROVED' | 'WITHDRAWN';
  readonly revision: number;
  readonly reason: string | null;
  readonly results: string;
  readonly issues: string | null;
  readonly nextSteps: string | null;
  readonly direction: Direction | null;
  readonly rating: ScaleWord | null;
  readonly ratingReason: string | null;
  readonly cause: string | null;
  readonly action: string | null;
  readonly budget: string | null;
  readonly expenditure: string | null;
  readonly response: string | null;
  readonly remarks: string | null;
  readonly evidence: readonly {
    readonly sha256: string | null;
    readonly name: string;
    readonly url: string;
    readonly isPublic: boolean;
  }[];
}

interface FigureOfYear {
  readonly fiscalYear: number;
  readonly value: string;
}

export interface FormKpi {
  readonly title: string;
  readonly unit: string;
  readonly goal: Titled;
  readonly baseline: FigureOfYear;
  readonly targets: readonly FigureOfYear[];
  readonly readings: readonly FigureOfYear[];
}

interface Titled {
  readonly no: string;
  readonly title: string;
}

export interface FormMeasure extends Titled {
  readonly isNew: boolean;
  readonly goal: Titled;
  readonly policy: Titled | null;
  readonly owners: readonly { readonly name: string }[];
  readonly coordinators: readonly { readonly name: string }[];
  readonly answering: readonly { readonly key: string }[];
  readonly schedule: readonly { readonly fiscalYear: number; readonly forecast: readonly string[] }[];
  readonly reports: readonly FormReport[];
  readonly evaluations: readonly {
    readonly fiscalYear: number;
    readonly by: string;
    readonly comment: string | null;
    readonly rating: ScaleWord;
  }[];
}

export interface FormAnswer {
  readonly title: string;
  readonly municipality: string;
  readonly period: { readonly from: number; readonly to: number };
  readonly asOf: { readonly position: string; readonly effectiveOn: string };
  readonly statusScale: { readonly codes: readonly ScaleWord[] };
  readonly divisions: readonly { readonly key: string; readonly name: string }[];
  readonly kpis: readonly FormKpi[];
  readonly review: {
    readonly rounds: readonly {
      readonly period: string;
      readonly deadline: string;
      readonly deadlines: readonly { readonly division: string; readonly deadline: string }[];
    }[];
  } | null;
  readonly unplanned: readonly FormMeasure[];
}

export interface FormMeasuresAnswer {
  readonly plan: {
    readonly measures: {
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly nodes: readonly FormMeasure[];
    };
  };
}
