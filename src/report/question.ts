/** What the annual report asks of our own API, and what comes back. */

const SCALE_CODE = 'label labelEn sign order';

/** First: whether the review of that year is closed, and what was changed since. */
export const REVIEW = `query Review($plan: String!, $asOf: AsOf, $year: FiscalYear!, $language: Language!) {
  plan(key: $plan, asOf: $asOf) {
    period { from to }
    asOf { effectiveOn recordedAt position }
    review(fiscalYear: $year) {
      isClosed
      plan { asOf { effectiveOn recordedAt position } }
      checkpoint { origin size root }
      ratings { by counts { count rating { ${SCALE_CODE} } } }
      errata { subject attribute events { id recordedAt reason summary(language: $language) } }
    }
  }
  ledger { keys }
}`;

/** Then the plan at the moment that is reported. */
export const PLAN = `query Plan($plan: String!, $asOf: AsOf) {
  plan(key: $plan, asOf: $asOf) {
    title municipality
    period { from to }
    asOf { effectiveOn recordedAt position }
    goals { no title }
    statusScale { codes { ${SCALE_CODE} } }
    summary {
      measures new unplanned
      byStatus { count status { code ${SCALE_CODE} } }
      endings { count label labelEn }
      byGoal { goal { no } measures byStatus { count status { code } } endings { count } }
    }
    kpis {
      title unit goal { no }
      baseline { fiscalYear value note }
      targets { fiscalYear value note }
      readings { fiscalYear value note isCorrection reason }
    }
    unplanned { no title causeNote owners { name } status { ${SCALE_CODE} since reason } }
    decisions(last: 100) {
      nodes { no title decidedBy decidedOn outcome text reason followUps { text dueOn isOpen isOverdue owner { name } } }
    }
  }
}`;

/** And its measures, some at a time. */
export const MEASURES = `query Measures($plan: String!, $asOf: AsOf, $year: FiscalYear!, $after: String) {
  plan(key: $plan, asOf: $asOf) {
    measures(first: 25, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        no title isNew slipYears
        goal { no } policy { no title }
        owners { name } coordinators { name }
        status { ${SCALE_CODE} since reason }
        ending { label labelEn since reason }
        schedule { fiscalYear adopted forecast note }
        shifts { phase from to reason decidedBy }
        reports(fiscalYear: $year) {
          division { name } period results issues nextSteps cause action ratingReason budget expenditure response remarks isCorrection rating { ${SCALE_CODE} }
        }
        evaluations { fiscalYear by comment rating { ${SCALE_CODE} } }
      }
    }
  }
}`;

export interface ResolvedAsOf {
  readonly effectiveOn: string;
  readonly recordedAt: string;
  readonly position: string;
}

export interface Named {
  readonly name: string;
}

export interface ScaleWord {
  readonly label: string;
  readonly labelEn: string;
  readonly sign: string | null;
  readonly order: number;
}

export interface Erratum {
  readonly id: string;
  readonly recordedAt: string;
  readonly reason: string | null;
  readonly summary: string;
}

export interface ReviewAnswer {
  readonly plan: {
    readonly period: { readonly from: number; readonly to: number };
    readonly asOf: ResolvedAsOf;
    readonly review: {
      readonly isClosed: boolean;
      readonly plan: { readonly asOf: ResolvedAsOf } | null;
      readonly checkpoint: { readonly origin: string; readonly size: number; readonly root: string } | null;
      readonly ratings: readonly Ratings[];
      readonly errata: readonly { readonly events: readonly Erratum[] }[];
    } | null;
  } | null;
  readonly ledger: { readonly keys: readonly string[] } | null;
}

type ReportPeriod = 'ANNUAL' | 'HALF1' | 'HALF2' | 'Q1' | 'Q2' | 'Q3' | 'Q4';

/** How many measures were rated how by one of those who rate. */
export interface Ratings {
  readonly by: Evaluator;
  readonly counts: readonly { readonly count: number; readonly rating: ScaleWord | null }[];
}

interface Figure {
  readonly fiscalYear: number;
  readonly value: string;
  readonly note: string | null;
}

export interface ReportedKpi {
  readonly title: string;
  readonly unit: string;
  readonly goal: { readonly no: string };
  readonly baseline: Figure;
  readonly targets: readonly Figure[];
  readonly readings: readonly (Figure & { readonly isCorrection: boolean; readonly reason: string | null })[];
}

interface Held {
  readonly since: string;
  readonly reason: string | null;
}

export interface ReportedPlan {
  readonly title: string;
  readonly municipality: string;
  readonly period: { readonly from: number; readonly to: number };
  readonly asOf: ResolvedAsOf;
  readonly goals: readonly { readonly no: string; readonly title: string }[];
  readonly statusScale: { readonly codes: readonly ScaleWord[] };
  readonly summary: {
    readonly measures: number;
    readonly new: number;
    readonly unplanned: number;
    readonly byStatus: readonly {
      readonly count: number;
      readonly status: (ScaleWord & { readonly code: string }) | null;
    }[];
    readonly endings: readonly { readonly count: number; readonly label: string; readonly labelEn: string }[];
    readonly byGoal: readonly {
      readonly goal: { readonly no: string };
      readonly measures: number;
      readonly byStatus: readonly { readonly count: number; readonly status: { readonly code: string } | null }[];
      readonly endings: readonly { readonly count: number }[];
    }[];
  };
  readonly kpis: readonly ReportedKpi[];
  readonly unplanned: readonly {
    readonly no: string;
    readonly title: string;
    readonly causeNote: string | null;
    readonly owners: readonly Named[];
    readonly status: (ScaleWord & Held) | null;
  }[];
  readonly decisions: {
    readonly nodes: readonly {
      readonly no: string;
      readonly title: string;
      readonly decidedBy: string;
      readonly decidedOn: string;
      readonly outcome: Outcome;
      readonly text: string;
      readonly reason: string | null;
      readonly followUps: readonly {
        readonly text: string;
        readonly dueOn: string;
        readonly isOpen: boolean;
        readonly isOverdue: boolean;
        readonly owner: Named;
      }[];
    }[];
  };
}

export type Evaluator = 'SELF' | 'CONFIRMED' | 'COMMITTEE';
export type Outcome = 'APPROVED' | 'APPROVED_WITH_CHANGES' | 'REJECTED' | 'DEFERRED' | 'NOTED';

export interface ReportedMeasure {
  readonly no: string;
  readonly title: string;
  readonly isNew: boolean;
  readonly slipYears: number;
  readonly goal: { readonly no: string };
  readonly policy: { readonly no: string; readonly title: string } | null;
  readonly owners: readonly Named[];
  readonly coordinators: readonly Named[];
  readonly status: (ScaleWord & Held) | null;
  readonly ending: (Held & { readonly label: string; readonly labelEn: string }) | null;
  readonly schedule: readonly {
    readonly fiscalYear: number;
    readonly adopted: readonly string[];
    readonly forecast: readonly string[];
    readonly note: string | null;
  }[];
  readonly shifts: readonly {
    readonly phase: string;
    readonly from: number;
    readonly to: number;
    readonly reason: string;
    readonly decidedBy: string | null;
  }[];
  readonly reports: readonly {
    readonly division: Named;
    readonly period: ReportPeriod;
    readonly results: string;
    readonly issues: string | null;
    readonly nextSteps: string | null;
    readonly cause: string | null;
    readonly action: string | null;
    readonly ratingReason: string | null;
    readonly budget: string | null;
    readonly expenditure: string | null;
    readonly response: string | null;
    readonly remarks: string | null;
    readonly isCorrection: boolean;
    readonly rating: ScaleWord | null;
  }[];
  readonly evaluations: readonly {
    readonly fiscalYear: number;
    readonly by: Evaluator;
    readonly comment: string | null;
    readonly rating: ScaleWord;
  }[];
}

export interface MeasuresAnswer {
  readonly plan: {
    readonly measures: {
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly nodes: readonly ReportedMeasure[];
    };
  };
}
