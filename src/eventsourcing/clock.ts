/** The one place that knows what time it is; tests set it. */
export class Clock {
  constructor(readonly nowMs: () => number = Date.now) {}
}
