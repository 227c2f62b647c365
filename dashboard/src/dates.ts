import { dayAt, type Day } from '../../src/calendar/day.js';

export { dayText, yearShort, yearText } from '../../src/calendar/wording.js';

/** Where the plan is. */
const TIME_ZONE = 'Asia/Tokyo';

/** The day of an instant (RFC 3339) at the town. */
export const dayOf = (instant: string): Day => dayAt(Date.parse(instant), TIME_ZONE);
