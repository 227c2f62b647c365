import { accessEvents } from './access/access.events.js';
import { directoryEvents } from './directory/directory.events.js';
import { Catalogue } from './eventsourcing/catalogue.js';
import { evidenceEvents } from './evidence/evidence.events.js';
import { committeeEvents } from './governance/committee.events.js';
import { indicatorEvents } from './indicator/indicator.events.js';
import { kpiEvents } from './kpi/kpi.events.js';
import { initiativeEvents } from './plan/initiative.events.js';
import { planEvents } from './plan/plan.events.js';
import { titleEvents } from './plan/title.events.js';
import { successionEvents } from './plan/succession.events.js';
import { endingEvents } from './progress/ending.events.js';
import { progressEvents } from './progress/progress.events.js';
import { reportEvents } from './progress/report.events.js';
import { evaluationEvents, reviewEvents } from './review/review.events.js';
import { scheduleEvents } from './schedule/schedule.events.js';

/** Every event type of every context. A new context joins here. */
export const catalogue = new Catalogue(
  planEvents,
  titleEvents,
  initiativeEvents,
  successionEvents,
  progressEvents,
  endingEvents,
  reportEvents,
  reviewEvents,
  evaluationEvents,
  scheduleEvents,
  kpiEvents,
  indicatorEvents,
  directoryEvents,
  accessEvents,
  committeeEvents,
  evidenceEvents,
);
